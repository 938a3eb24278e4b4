import { InputError } from "../base/errors.ts";
import type { TrainingSettings } from "../config/experiment.ts";
import type { Dataset, Row } from "../data/dataset.ts";
import { type Example, examplesFrom } from "../data/examplesFrom.ts";
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
}

/**
 * The domain of a file's row is what it says itself, else that of the dataset's rows of its group, so that variants of
 * a row are left out with it.
 *
 * @throws {InputError} when nothing is left to train on; what `examplesFrom` throws
 */
export function trainingExamples({ dataset, more }: TrainingSource, settings: TrainingSettings): TrainingData {
  const { trainSplits, trainFields, withoutDomains = [] } = settings;
  const splits = dataset.split();
  const field = dataset.card.domain;
  const isLeft = (domain: string | undefined): boolean => domain === undefined || !withoutDomains.includes(domain);
  const domainOf = (row: Row): string | undefined => (field === undefined ? undefined : row[field]);
  const rows = [...new Set(trainFields.length === 0 ? [] : trainSplits)]
    .flatMap((name) => splits[name].rows)
    .filter((row) => isLeft(domainOf(row)));
  const ofGroup = new Map(dataset.rows.map((row) => [row.group, domainOf(row)]));
  const added = (settings.more ?? [])
    .flatMap((path) => more.get(path)!.examples)
    .filter(({ domain, group }) => isLeft(domain ?? ofGroup.get(group ?? "")));
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
  return { examples, texts: [...passages, ...further, ...examples.map(({ query }) => query)] };
}
