import type { RetrievalSet } from "../data/readRetrievalSet.ts";
import { meansOf } from "./meansOf.ts";
import { type RetrievalOptions, scoreRetrieval } from "./scoreRetrieval.ts";
import type { System } from "./system.ts";

/** Means over the queries of a retrieval set, in this order. */
export interface RetrievalScores {
  /** `recallAt1`, `recallAt3` ..: as asked. */
  [recall: `recallAt${number}`]: number;
  mrrAt10: number;
  ndcgAt10: number;
  queries: number;
  passages: number;
}

/**
 * Ranks the whole corpus for every query of a retrieval set.
 *
 * @param system an embedder, a hybrid, or `bm25(set.corpus)`
 * @throws {InputError} an empty corpus or no queries, duplicate ids, a query without a relevant document, a relevant
 *                      document that is not in the corpus, a k that is no whole number from 1; what `rank` throws
 */
export async function evaluateRetrieval(
  system: System,
  set: RetrievalSet,
  options: RetrievalOptions = {},
): Promise<RetrievalScores> {
  const means = meansOf(await scoreRetrieval(system, set, options)) as Pick<RetrievalScores, "mrrAt10" | "ndcgAt10">;
  return { ...means, queries: set.queries.length, passages: set.corpus.length };
}
