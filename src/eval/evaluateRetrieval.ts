import type { OnProgress } from "../base/progress.ts";
import type { RetrievalSet } from "../data/readRetrievalSet.ts";
import { usualMeasures } from "./measure.ts";
import { rank } from "./rank.ts";
import { scoreRankings } from "./scoreRankings.ts";
import type { System } from "./system.ts";

/** Means over the queries of a retrieval set, in this order. */
export interface RetrievalScores {
  recallAt1: number;
  recallAt3: number;
  recallAt5: number;
  recallAt10: number;
  mrrAt10: number;
  ndcgAt10: number;
  queries: number;
  passages: number;
}

/**
 * Ranks the whole corpus for every query of a retrieval set.
 *
 * @param system an embedder, a hybrid, or `bm25(set.corpus)`
 * @throws {InputError} what `rank` throws; `readRetrievalSet` has checked the set itself
 */
export async function evaluateRetrieval(
  system: System,
  { corpus, queries, qrels }: RetrievalSet,
  options: { onProgress?: OnProgress } = {},
): Promise<RetrievalScores> {
  const places = new Map(corpus.map(({ id }, place) => [id, place]));
  const relevant = queries.map(
    ({ id }) => new Map([...qrels.get(id)!].map(([doc, grade]) => [places.get(doc)!, grade])),
  );
  const depth = Math.min(10, corpus.length);
  const texts = { queries: queries.map(({ text }) => text), passages: corpus.map(({ text }) => text) };
  const indices = await rank(system, { ...texts, k: depth, ...options });
  const scores = scoreRankings({ indices, depth, relevant, measures: usualMeasures([1, 3, 5, 10]) });
  const means = [...scores].map(([name, values]) => [name, values.reduce((sum, x) => sum + x, 0) / queries.length]);
  return { ...(Object.fromEntries(means) as RetrievalScores), queries: queries.length, passages: corpus.length };
}
