import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import type { RetrievalSet } from "../data/readRetrievalSet.ts";
import { usualMeasures } from "./measure.ts";
import { placesOf } from "./placesOf.ts";
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
 * @throws {InputError} an empty corpus or no queries, duplicate ids, a query without a relevant document, a relevant
 *                      document that is not in the corpus; what `rank` throws
 */
export async function evaluateRetrieval(
  system: System,
  { corpus, queries, qrels }: RetrievalSet,
  options: { onProgress?: OnProgress } = {},
): Promise<RetrievalScores> {
  const places = placesOf("evaluateRetrieval", corpus);
  if (queries.length === 0)
    throw new InputError("evaluateRetrieval", "there are no queries", "Give at least one, with its qrels.");
  const relevant = queries.map(({ id }) => gradesOf(id, qrels.get(id), places));
  const depth = Math.min(10, corpus.length);
  const texts = { queries: queries.map(({ text }) => text), passages: corpus.map(({ text }) => text) };
  const indices = await rank(system, { ...texts, k: depth, ...options });
  const scores = scoreRankings({ indices, depth, relevant, measures: usualMeasures([1, 3, 5, 10]) });
  const means = [...scores].map(([name, values]) => [name, values.reduce((sum, x) => sum + x, 0) / queries.length]);
  return { ...(Object.fromEntries(means) as RetrievalScores), queries: queries.length, passages: corpus.length };
}

/** A query's grades by place. */
function gradesOf(
  query: string,
  grades: ReadonlyMap<string, number> | undefined,
  places: ReadonlyMap<string, number>,
): Map<number, number> {
  if (![...(grades ?? [])].some(([, grade]) => grade > 0))
    throw new InputError("evaluateRetrieval", `query \`${query}\` has no relevant document`, "Add its qrel.");
  const graded = [...grades!].map(([id, grade]): [number, number] => {
    const place = places.get(id);
    if (place !== undefined) return [place, grade];
    const problem = `document \`${id}\`, judged for query \`${query}\`, is not in the corpus`;
    throw new InputError("evaluateRetrieval", problem, "Search the whole corpus, or remove the qrel.");
  });
  return new Map(graded);
}
