import type { OnProgress } from "../base/progress.ts";
import type { Vectors } from "../base/vectors.ts";
import { cosine } from "../search/cosine.ts";
import type { Encoder } from "../search/encoder.ts";
import { selectTop } from "../search/selectTop.ts";
import { encodeChecked } from "./encodeChecked.ts";
import { mapAtK, mrrAtK, ndcgAtK } from "./metrics.ts";
import { needItems } from "./needItems.ts";

/** A query with documents to be put in order. */
export interface RerankingItem {
  query: string;
  positive: readonly string[];
  negative: readonly string[];
}

/** Means over queries. */
export interface RerankingScores {
  /** Mean average precision over each query's whole list. */
  map: number;
  mrrAt10: number;
  ndcgAt10: number;
  queries: number;
}

/**
 * Orders each query's own documents by cosine. Among equal cosines negatives stand before positives, so that a model
 * that cannot tell them apart gains nothing.
 *
 * @throws {InputError} no items, one without a positive or a negative, an empty text, a vector with NaN
 * @throws {ShapeError} another number of vectors than texts, or two widths
 */
export async function evaluateReranking(
  encoder: Encoder,
  items: readonly RerankingItem[],
  { onProgress }: { onProgress?: OnProgress } = {},
): Promise<RerankingScores> {
  const documentsOf = ({ positive, negative }: RerankingItem): string[] => [...negative, ...positive];
  // an empty list is told as an empty text is
  needItems("evaluateReranking", "item", items, ({ query, positive, negative }) => [
    query,
    ...(positive.length > 0 ? positive : [""]),
    ...(negative.length > 0 ? negative : [""]),
  ]);
  const texts = items.flatMap((item) => [item.query, ...documentsOf(item)]);
  const vectors = await encodeChecked(encoder, { who: "evaluateReranking", what: "texts", texts, onProgress });
  const sums = { map: 0, mrrAt10: 0, ndcgAt10: 0 };
  let at = 0;
  for (const item of items) {
    const count = item.positive.length + item.negative.length;
    const ranked = order(vectors, at, count);
    const relevant = new Map(item.positive.map((_, i) => [item.negative.length + i, 1]));
    sums.map += mapAtK(ranked, relevant, count);
    sums.mrrAt10 += mrrAtK(ranked, relevant, 10);
    sums.ndcgAt10 += ndcgAtK(ranked, relevant, 10);
    at += 1 + count;
  }
  const queries = items.length;
  return { map: sums.map / queries, mrrAt10: sums.mrrAt10 / queries, ndcgAt10: sums.ndcgAt10 / queries, queries };
}

/** The documents after the query at row `at`, best first. */
function order(vectors: Vectors, at: number, count: number): Int32Array {
  const scores = Float32Array.from({ length: count }, (_, i) => cosine(vectors, at, vectors, at + 1 + i));
  return selectTop(scores, count).indices;
}
