import { InputError } from "../base/errors.ts";
import type { TrainingSettings } from "../config/experiment.ts";
import type { Dataset, Passage, Row } from "../data/dataset.ts";
import { type Example, examplesFrom } from "../data/examplesFrom.ts";

/** What an experiment trains on: one example for each training row and field, and the passages of those rows. */
export interface TrainingData {
  examples: Example[];
  /** Of the same rows. */
  passages: Passage[];
}

/** @throws {InputError} when the training splits hold nothing, or only domains left out; what `examplesFrom` throws */
export function trainingExamples(dataset: Dataset, settings: TrainingSettings): TrainingData {
  const { trainSplits, trainFields, withoutDomains = [] } = settings;
  const splits = dataset.split();
  const field = dataset.card.domain;
  const isLeft = (row: Row): boolean => field === undefined || !withoutDomains.includes(row[field]);
  const rows: Row[] = [...new Set(trainSplits)].flatMap((name) => splits[name].rows.filter(isLeft));
  if (rows.length === 0)
    throw new InputError(
      `${dataset.name}/${trainSplits.join("+")}`,
      "has no rows to train on",
      "Name other splits in data.trainSplits.",
    );
  return {
    examples: examplesFrom(rows, trainFields),
    passages: rows.map(({ id, passage }) => ({ id, text: passage })),
  };
}
