import type { OnProgress } from "../base/progress.ts";
import type { Vectors } from "../base/vectors.ts";
import { cosine } from "../search/cosine.ts";
import type { Encoder } from "../search/encoder.ts";
import { selectTop } from "../search/selectTop.ts";
import { encodeChecked } from "./encodeChecked.ts";
import { mapAtK, mrrAtK, ndcgAtK } from "./metrics.ts";
import { needItems } from "./needItems.ts";
import type { QueryScores } from "./scoreRankings.ts";

/** A query with documents to be put in order. */
export interface RerankingItem {
  query: string;
  positive: readonly string[];
  negative: readonly string[];
}

/**
 * `map`, `mrrAt10` and `ndcgAt10` of each query: what `evaluateReranking` gives the means of.
 *
 * @throws {InputError} what `evaluateReranking` throws
 */
export async function scoreReranking(
  encoder: Encoder,
  items: readonly RerankingItem[],
  { onProgress }: { onProgress?: OnProgress } = {},
): Promise<QueryScores> {
  const documentsOf = ({ positive, negative }: RerankingItem): string[] => [...negative, ...positive];
  // an empty list is told as an empty text is
  needItems("evaluateReranking", "item", items, ({ query, positive, negative }) => [
    query,
    ...(positive.length > 0 ? positive : [""]),
    ...(negative.length > 0 ? negative : [""]),
  ]);
  const texts = items.flatMap((item) => [item.query, ...documentsOf(item)]);
  const vectors = await encodeChecked(encoder, { who: "evaluateReranking", what: "texts", texts, onProgress });
  const [map, mrrAt10, ndcgAt10] = [1, 2, 3].map(() => new Float64Array(items.length));
  let at = 0;
  for (const [i, { positive, negative }] of items.entries()) {
    const count = positive.length + negative.length;
    const ranked = order(vectors, at, count);
    const relevant = new Map(positive.map((_, j) => [negative.length + j, 1]));
    map[i] = mapAtK(ranked, relevant, count);
    mrrAt10[i] = mrrAtK(ranked, relevant, 10);
    ndcgAt10[i] = ndcgAtK(ranked, relevant, 10);
    at += 1 + count;
  }
  return new Map(Object.entries({ map, mrrAt10, ndcgAt10 }));
}

/** The documents after the query at row `at`, best first. */
function order(vectors: Vectors, at: number, count: number): Int32Array {
  const scores = Float32Array.from({ length: count }, (_, i) => cosine(vectors, at, vectors, at + 1 + i));
  return selectTop(scores, count).indices;
}
