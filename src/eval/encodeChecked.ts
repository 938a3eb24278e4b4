import { ShapeError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import type { Vectors } from "../base/vectors.ts";
import { checkVectors } from "../search/checkVectors.ts";
import type { Encoder } from "../search/encoder.ts";

/** What is encoded, and how errors speak of it. */
export interface EncodeInput {
  /** The function that complains. */
  who: string;
  /** What the texts are, e.g. `queries`. */
  what: string;
  texts: readonly string[];
  onProgress?: OnProgress;
}

/**
 * Encodes texts and checks what came: a text that fails is an error, never a row less.
 *
 * @returns [N, D]
 * @throws {ShapeError} another number of vectors than texts
 * @throws {InputError} no texts, or a vector with NaN or an infinity (which row)
 */
export async function encodeChecked(encoder: Encoder, { who, what, texts, onProgress }: EncodeInput): Promise<Vectors> {
  const vectors =
    texts.length === 0 ? { data: new Float32Array(), n: 0, d: 1 } : await encoder.encode(texts, { onProgress });
  if (vectors.n !== texts.length)
    throw new ShapeError(
      who,
      `${what} must be ${texts.length} vectors, one for each text, got ${vectors.n}`,
      "No text may be dropped: mend the encoder.",
    );
  checkVectors(who, what, vectors);
  return vectors;
}
