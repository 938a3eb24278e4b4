import type { OnProgress } from "../base/progress.ts";
import type { Encoder } from "../search/encoder.ts";
import { meansOf } from "./meansOf.ts";
import { scoreTriplets, type TextTriplet } from "./scoreTriplets.ts";

/**
 * Share of triplets whose anchor has a greater cosine with its positive than with its negative; a tie is no success.
 *
 * @throws {InputError} no triplets, an empty text, a vector with NaN
 * @throws {ShapeError} another number of vectors than texts
 */
export async function tripletAccuracy(
  encoder: Encoder,
  triplets: readonly TextTriplet[],
  options: { onProgress?: OnProgress } = {},
): Promise<number> {
  return meansOf(await scoreTriplets(encoder, triplets, options)).accuracy;
}
