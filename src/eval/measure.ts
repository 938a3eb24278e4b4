import { InputError } from "../base/errors.ts";
import { hitAtK, mapAtK, mrrAtK, ndcgAtK, precisionAtK, recallAtK } from "./metrics.ts";

/** What is measured, without its k. */
export type MeasureKind = "recall" | "precision" | "hit" | "mrr" | "ndcg" | "map";

const kinds: Readonly<Record<MeasureKind, typeof recallAtK<number>>> = {
  recall: recallAtK,
  precision: precisionAtK,
  hit: hitAtK,
  mrr: mrrAtK,
  ndcg: ndcgAtK,
  map: mapAtK,
};

/** A measure of a ranking, as columns and metrics are named: `recallAt5`, `hitAt1`, `mrrAt10` .. */
export type Measure = `${MeasureKind}At${number}`;

/** A measure taken apart. */
export interface MeasureParts {
  k: number;
  /** Of one query: its ranked places and its graded places, see `recallAtK`. */
  of: (ranked: ArrayLike<number>, relevant: ReadonlyMap<number, number>) => number;
}

/** The function and the k behind a measure's name. @throws {InputError} a name that is none, a k that is not 1 or more */
export function measure(name: Measure): MeasureParts {
  const [, kind, at] = /^([a-z]+)At(\d+)$/.exec(name) ?? [];
  const k = Number(at);
  if (!Object.hasOwn(kinds, kind ?? "") || !(k >= 1))
    throw new InputError(
      "measure",
      `a measure is ${Object.keys(kinds).join(", ")} and At with a k from 1, got ${JSON.stringify(name)}`,
      "Write `recallAt10`, for example.",
    );
  const score = kinds[kind as MeasureKind];
  return { k, of: (ranked, relevant) => score(ranked, relevant, k) };
}

/** The measures of every table where nothing else is asked: Recall at each k, MRR@10 and nDCG@10. */
export function usualMeasures(k: readonly number[]): Measure[] {
  return [...k.map((at): Measure => `recallAt${at}`), "mrrAt10", "ndcgAt10"];
}
