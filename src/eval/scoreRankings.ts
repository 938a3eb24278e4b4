import { type Measure, measure } from "./measure.ts";

/** The measures of each query, by name: `recallAt1`, `mrrAt10` and so on. */
export type QueryScores = Map<string, Float64Array>;

/** What `scoreRankings` takes. */
export interface Rankings {
  /** [Q * depth] indices of passages, best first */
  indices: Int32Array;
  depth: number;
  /** For each query: index of a passage -> grade, at least one above 0. */
  relevant: readonly ReadonlyMap<number, number>[];
  measures: readonly Measure[];
}

/** Each measure of every query, in the order asked. @throws {InputError} a name that is no measure */
export function scoreRankings({ indices, depth, relevant, measures }: Rankings): QueryScores {
  const scores: QueryScores = new Map();
  for (const name of measures) {
    const { of } = measure(name);
    const values = Float64Array.from(relevant, (map, q) => of(indices.subarray(q * depth, (q + 1) * depth), map));
    scores.set(name, values);
  }
  return scores;
}
