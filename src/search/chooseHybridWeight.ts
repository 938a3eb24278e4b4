import { InputError } from "../base/errors.ts";
import { hybridScores } from "./hybridScores.ts";

/** One query of the dev split. */
export interface WeightQuery {
  /** [N] cosines */
  dense: Float32Array;
  /** [N] BM25 scores */
  lexical: Float32Array;
  /** Indices of the passages that answer it, at least one. */
  relevant: readonly number[];
}

/** The weight chosen, and how each weight of the grid did. */
export interface ChosenWeight {
  weight: number;
  /** Of the chosen weight. */
  meanReciprocalRank: number;
  tried: { weight: number; meanReciprocalRank: number }[];
}

/** 0, .1, .2 .. 2: a query's best BM25 counts as much as up to two full cosines. */
const grid: readonly number[] = Array.from({ length: 21 }, (_, i) => i / 10);

/**
 * Chooses the weight of `hybridScores` by the mean reciprocal rank of each query's first relevant passage among all
 * passages; among equal weights the smallest. Give it queries of the dev split only.
 *
 * Reciprocal rank over the whole list, not Recall@k, since it changes with every rank and so separates close weights.
 *
 * @throws {InputError} no queries, or a query without a relevant passage
 */
export function chooseHybridWeight(queries: Iterable<WeightQuery>, weights: readonly number[] = grid): ChosenWeight {
  const sums = weights.map(() => 0);
  let count = 0;
  for (const { dense, lexical, relevant } of queries) {
    if (relevant.length === 0)
      throw new InputError("chooseHybridWeight", `query ${count} has no relevant passage`, "Leave it out.");
    for (const [i, weight] of weights.entries())
      sums[i] += 1 / bestRank(hybridScores(dense, lexical, weight), relevant);
    count++;
  }
  if (count === 0) throw new InputError("chooseHybridWeight", "there are no queries", "Give the dev split's queries.");
  const tried = weights.map((weight, i) => ({ weight, meanReciprocalRank: sums[i] / count }));
  const best = [...tried].sort((a, b) => b.meanReciprocalRank - a.meanReciprocalRank || a.weight - b.weight)[0];
  return { ...best, tried };
}

/** The rank, from 1, of the best relevant passage; among equal scores the smaller index comes first. */
function bestRank(scores: Float32Array, relevant: readonly number[]): number {
  let first = relevant[0];
  for (const i of relevant) if (scores[i] > scores[first] || (scores[i] === scores[first] && i < first)) first = i;
  let rank = 1;
  for (let i = 0; i < scores.length; i++)
    if (scores[i] > scores[first] || (scores[i] === scores[first] && i < first)) rank++;
  return rank;
}
