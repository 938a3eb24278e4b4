import type { OnProgress } from "../base/progress.ts";
import { cosine } from "../search/cosine.ts";
import type { Encoder } from "../search/encoder.ts";
import { encodeChecked } from "./encodeChecked.ts";
import { needItems } from "./needItems.ts";
import { spearman } from "./spearman.ts";

/** Two texts and how alike people find them, on any scale. */
export interface StsPair {
  first: string;
  second: string;
  score: number;
}

/**
 * Semantic textual similarity: how well cosines order pairs as people do.
 *
 * @returns Spearman's correlation of the cosines with the scores
 * @throws {InputError} fewer than 2 pairs, an empty text, a score that is no number, a vector with NaN
 * @throws {ShapeError} another number of vectors than texts, or two widths
 */
export async function evaluateSts(
  encoder: Encoder,
  pairs: readonly StsPair[],
  { onProgress }: { onProgress?: OnProgress } = {},
): Promise<number> {
  needItems("evaluateSts", "pair", pairs, ({ first, second }) => [first, second]);
  const texts = pairs.flatMap(({ first, second }) => [first, second]);
  const vectors = await encodeChecked(encoder, { who: "evaluateSts", what: "texts", texts, onProgress });
  const cosines = pairs.map((_, i) => cosine(vectors, 2 * i, vectors, 2 * i + 1));
  return spearman(
    cosines,
    pairs.map(({ score }) => score),
  );
}
