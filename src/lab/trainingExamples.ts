import { InputError } from "../base/errors.ts";
import type { DataSettings } from "../config/experiment.ts";
import type { Dataset, Passage, Row } from "../data/dataset.ts";
import { type Example, examplesFrom } from "../data/examplesFrom.ts";

/** What an experiment trains on: one example for each training row and field, and the passages of those rows. */
export interface TrainingData {
  examples: Example[];
  /** Of the same rows. */
  passages: Passage[];
}

/** @throws {InputError} when the training splits hold nothing, and what `examplesFrom` throws */
export function trainingExamples(dataset: Dataset, { trainSplits, trainFields }: DataSettings): TrainingData {
  const splits = dataset.split();
  const rows: Row[] = [...new Set(trainSplits)].flatMap((name) => [...splits[name].rows]);
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
