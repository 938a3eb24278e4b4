import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import type { RetrievalSet } from "../data/readRetrievalSet.ts";
import { measure, usualMeasures } from "./measure.ts";
import { placesOf } from "./placesOf.ts";
import { rank } from "./rank.ts";
import { type QueryScores, scoreRankings } from "./scoreRankings.ts";
import type { System } from "./system.ts";

/** How a retrieval set is measured. */
export interface RetrievalOptions {
  /** The k of Recall@k, which may be more than the corpus holds. Default 1, 3, 5, 10. */
  k?: readonly number[];
  onProgress?: OnProgress;
}

/**
 * The measures of each query behind the means of `evaluateRetrieval`: Recall at each k, MRR@10 and nDCG@10, in the order
 * of the set's queries.
 *
 * @throws {InputError} what `evaluateRetrieval` throws
 */
export async function scoreRetrieval(
  system: System,
  { corpus, queries, qrels }: RetrievalSet,
  { k = [1, 3, 5, 10], onProgress }: RetrievalOptions = {},
): Promise<QueryScores> {
  const places = placesOf("evaluateRetrieval", corpus);
  if (queries.length === 0)
    throw new InputError("evaluateRetrieval", "there are no queries", "Give at least one, with its qrels.");
  const relevant = queries.map(({ id }) => gradesOf(id, qrels.get(id), places));
  const measures = usualMeasures(k);
  const depth = Math.min(corpus.length, Math.max(...measures.map((name) => measure(name).k)));
  const texts = { queries: queries.map(({ text }) => text), passages: corpus.map(({ text }) => text) };
  const indices = await rank(system, { ...texts, k: depth, onProgress });
  return scoreRankings({ indices, depth, relevant, measures });
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
