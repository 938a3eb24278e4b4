import type { OnProgress } from "../base/progress.ts";
import type { Encoder } from "../search/encoder.ts";
import { meansOf } from "./meansOf.ts";
import { type RerankingItem, scoreReranking } from "./scoreReranking.ts";

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
  options: { onProgress?: OnProgress } = {},
): Promise<RerankingScores> {
  const means = meansOf(await scoreReranking(encoder, items, options)) as Omit<RerankingScores, "queries">;
  return { ...means, queries: items.length };
}
