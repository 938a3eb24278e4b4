import type { DatasetPart } from "../data/dataset.ts";
import { type Example, examplesFrom } from "../data/examplesFrom.ts";
import { type MiningPassage, miningPool, type SameText } from "./miningPool.ts";

/** What mining encodes, in the order in which it wants the vectors. */
export interface MiningTexts {
  /** [Q] distinct queries, as they first come up in the examples. */
  queries: string[];
  /** [N] distinct passages: those given, then the examples' positives that are not among them. */
  passages: string[];
}

/**
 * The texts whose vectors `mineHardNegatives` takes in place of a model: for a model of another program, or vectors that
 * are kept.
 *
 * @throws {InputError} no examples, an example without query or positive
 */
export function miningTexts(
  pairs: readonly Example[] | DatasetPart,
  passages: readonly MiningPassage[] = [],
  sameText: SameText = "normalized",
): MiningTexts {
  const examples = "queryFields" in pairs ? examplesFrom(pairs.rows, pairs.queryFields) : pairs;
  const pool = miningPool(examples, passages, false, sameText);
  return { queries: pool.queries.map(({ text }) => text), passages: pool.texts };
}
