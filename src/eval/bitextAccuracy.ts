import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import { openEngine } from "../engine/openEngine.ts";
import type { Encoder } from "../search/encoder.ts";
import { topK } from "../search/topK.ts";
import { encodeChecked } from "./encodeChecked.ts";

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
  { onProgress }: { onProgress?: OnProgress } = {},
): Promise<BitextScores> {
  const who = "bitextAccuracy";
  if (source.length !== target.length)
    throw new InputError(
      who,
      `source and target must be equally many, got ${source.length} and ${target.length}`,
      "Sentence i of one is the translation of sentence i of the other.",
    );
  const a = await encodeChecked(encoder, { who, what: "source", texts: source, onProgress });
  const b = await encodeChecked(encoder, { who, what: "target", texts: target, onProgress });
  const engine = encoder.engine ?? (await openEngine());
  const found = (nearest: Int32Array, texts: readonly string[]): number =>
    texts.filter((text, i) => texts[nearest[i]] === text).length / texts.length;
  const sourceToTarget = found(topK(engine, a, b, 1).indices, target);
  const targetToSource = found(topK(engine, b, a, 1).indices, source);
  return { sourceToTarget, targetToSource, mean: (sourceToTarget + targetToSource) / 2 };
}
