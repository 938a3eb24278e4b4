import type { OnProgress } from "../base/progress.ts";
import { cosine } from "../search/cosine.ts";
import type { Encoder } from "../search/encoder.ts";
import { encodeChecked } from "./encodeChecked.ts";
import { needItems } from "./needItems.ts";

/** Two texts and how alike people find them, on any scale. */
export interface StsPair {
  first: string;
  second: string;
  score: number;
}

/**
 * The cosine of each pair's texts: what `evaluateSts` compares with the pairs' scores.
 *
 * @throws {InputError} no pairs, an empty text, a vector with NaN
 * @throws {ShapeError} another number of vectors than texts, or two widths
 */
export async function stsCosines(
  encoder: Encoder,
  pairs: readonly StsPair[],
  { onProgress }: { onProgress?: OnProgress } = {},
): Promise<number[]> {
  needItems("evaluateSts", "pair", pairs, ({ first, second }) => [first, second]);
  const texts = pairs.flatMap(({ first, second }) => [first, second]);
  const vectors = await encodeChecked(encoder, { who: "evaluateSts", what: "texts", texts, onProgress });
  return pairs.map((_, i) => cosine(vectors, 2 * i, vectors, 2 * i + 1));
}
