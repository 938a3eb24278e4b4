import type { OnProgress } from "../base/progress.ts";
import type { Encoder } from "../search/encoder.ts";
import { meansOf } from "./meansOf.ts";
import { scoreBitext } from "./scoreBitext.ts";

/** Shares of sentences whose nearest sentence on the other side is their translation. */
export interface BitextScores {
  sourceToTarget: number;
  targetToSource: number;
  /** Of the two directions. */
  mean: number;
}

/**
 * Bitext mining: sentence i of one language must find sentence i of the other among all of them, both ways. A sentence
 * that stands twice counts as found by either.
 *
 * @throws {InputError} no sentences, sides of different lengths, a vector with NaN
 * @throws {ShapeError} another number of vectors than texts, or two widths
 */
export async function bitextAccuracy(
  encoder: Encoder,
  source: readonly string[],
  target: readonly string[],
  options: { onProgress?: OnProgress } = {},
): Promise<BitextScores> {
  const { sourceToTarget, targetToSource, mean } = meansOf(await scoreBitext(encoder, source, target, options));
  return { sourceToTarget, targetToSource, mean };
}
