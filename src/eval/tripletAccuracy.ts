import type { OnProgress } from "../base/progress.ts";
import { cosine } from "../search/cosine.ts";
import type { Encoder } from "../search/encoder.ts";
import { encodeChecked } from "./encodeChecked.ts";
import { needItems } from "./needItems.ts";

/** A text, one that is nearer to it, and one that is farther away. */
export interface TextTriplet {
  anchor: string;
  positive: string;
  negative: string;
}

/**
 * Share of triplets whose anchor has a greater cosine with its positive than with its negative; a tie is no success.
 *
 * @throws {InputError} no triplets, an empty text, a vector with NaN
 * @throws {ShapeError} another number of vectors than texts
 */
export async function tripletAccuracy(
  encoder: Encoder,
  triplets: readonly TextTriplet[],
  { onProgress }: { onProgress?: OnProgress } = {},
): Promise<number> {
  needItems("tripletAccuracy", "triplet", triplets, ({ anchor, positive, negative }) => [anchor, positive, negative]);
  const texts = triplets.flatMap(({ anchor, positive, negative }) => [anchor, positive, negative]);
  const vectors = await encodeChecked(encoder, { who: "tripletAccuracy", what: "texts", texts, onProgress });
  const nearer = (_: unknown, i: number): boolean =>
    cosine(vectors, 3 * i, vectors, 3 * i + 1) > cosine(vectors, 3 * i, vectors, 3 * i + 2);
  return triplets.filter(nearer).length / triplets.length;
}
