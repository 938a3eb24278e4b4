import { mrrAtK, ndcgAtK, recallAtK } from "./metrics.ts";

/** The measures of each query, by name: `recallAt1`, `mrrAt10` and so on. */
export type QueryScores = Map<string, Float64Array>;

/** What `scoreRankings` takes. */
export interface Rankings {
  /** [Q * depth] indices of passages, best first */
  indices: Int32Array;
  depth: number;
  /** For each query: index of a passage -> grade, at least one above 0. */
  relevant: readonly ReadonlyMap<number, number>[];
  /** The k of Recall@k. */
  k: readonly number[];
}

/** Recall at each k, MRR@10 and nDCG@10 of every query, in this order. */
export function scoreRankings({ indices, depth, relevant, k }: Rankings): QueryScores {
  const scores: QueryScores = new Map();
  const measure = (name: string, of: (ranked: Int32Array, relevant: ReadonlyMap<number, number>) => number): void => {
    const values = Float64Array.from(relevant, (map, q) => of(indices.subarray(q * depth, (q + 1) * depth), map));
    scores.set(name, values);
  };
  for (const at of k) measure(`recallAt${at}`, (ranked, map) => recallAtK(ranked, map, at));
  measure("mrrAt10", (ranked, map) => mrrAtK(ranked, map, 10));
  measure("ndcgAt10", (ranked, map) => ndcgAtK(ranked, map, 10));
  return scores;
}
