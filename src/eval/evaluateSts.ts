import type { OnProgress } from "../base/progress.ts";
import type { Encoder } from "../search/encoder.ts";
import { spearman } from "./spearman.ts";
import { type StsPair, stsCosines } from "./stsCosines.ts";

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
  options: { onProgress?: OnProgress } = {},
): Promise<number> {
  const cosines = await stsCosines(encoder, pairs, options);
  return spearman(
    cosines,
    pairs.map(({ score }) => score),
  );
}
