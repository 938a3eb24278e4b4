import { InputError } from "../base/errors.ts";
import type { TrainingSettings } from "../config/experiment.ts";
import type { Dataset, Row } from "../data/dataset.ts";
import { type Example, examplesFrom } from "../data/examplesFrom.ts";
import { domainsOf } from "./domainsOf.ts";
import type { MoreFiles } from "./morePairs.ts";

/** Where an experiment's training data come from. */
export interface TrainingSource {
  dataset: Dataset;
  /** The files that its settings name in `more`. */
  more: MoreFiles;
}

/** What an experiment trains on. */
export interface TrainingData {
  /** One for each training row and field, then those of the files in `more`. */
  examples: Example[];
  /** What a tokenizer learns from: the passages of those rows, what further positives there are, and all queries. */
  texts: string[];
  /** Where domains are left out: examples of files whose domain nothing tells, and which train. */
  untold: number;
}

/**
 * What settings train on. Where they leave out domains, an example of a file goes by what `domainsOf` knows of it, and of
 * the others the negatives that are passages of such a domain go.
 *
 * @throws {InputError} when nothing is left to train on; what `examplesFrom` throws
 */
export function trainingExamples({ dataset, more }: TrainingSource, settings: TrainingSettings): TrainingData {
  const { trainSplits, trainFields, withoutDomains = [] } = settings;
  const splits = dataset.split();
  const field = dataset.card.domain;
  const isLeft = (row: Row): boolean => field === undefined || !withoutDomains.includes(row[field]);
  const names = new Set(trainFields.length === 0 ? [] : trainSplits);
  const rows = [...names].flatMap((name) => splits[name].rows).filter(isLeft);
  const all = (settings.more ?? []).flatMap((path) => more.get(path)!.examples);
  const { added, untold } =
    withoutDomains.length === 0 ? { added: all, untold: 0 } : leave(all, dataset, withoutDomains);
  if (rows.length + added.length === 0)
    throw new InputError(
      `${dataset.name}/${trainSplits.join("+")}`,
      "has no rows to train on",
      "Name other splits in data.trainSplits, or files of pairs in data.more.",
    );
  const examples = [...examplesFrom(rows, trainFields), ...added];
  const passages = rows.map(({ passage }) => passage);
  const known = new Set(passages);
  const further = new Set(added.flatMap(({ pos }) => pos).filter((text) => !known.has(text)));
  return { examples, texts: [...passages, ...further, ...examples.map(({ query }) => query)], untold };
}

function leave(examples: readonly Example[], dataset: Dataset, without: readonly string[]) {
  const told = domainsOf(dataset);
  const isOut = (domains: readonly string[]): boolean => domains.some((domain) => without.includes(domain));
  const added = examples
    .filter((example) => !isOut(told.ofExample(example)))
    .map((example) => ({ ...example, neg: example.neg.filter((text) => !isOut(told.ofPassage(text))) }));
  return { added, untold: added.filter((example) => told.ofExample(example).length === 0).length };
}
