import type { OnProgress } from "../base/progress.ts";
import { cosine } from "../search/cosine.ts";
import type { Encoder } from "../search/encoder.ts";
import { encodeChecked } from "./encodeChecked.ts";
import { needItems } from "./needItems.ts";
import type { QueryScores } from "./scoreRankings.ts";

/** A text, one that is nearer to it, and one that is farther away. */
export interface TextTriplet {
  anchor: string;
  positive: string;
  negative: string;
}

/**
 * `accuracy` of each triplet, 1 or 0: what `tripletAccuracy` is the mean of.
 *
 * @throws {InputError} what `tripletAccuracy` throws
 */
export async function scoreTriplets(
  encoder: Encoder,
  triplets: readonly TextTriplet[],
  { onProgress }: { onProgress?: OnProgress } = {},
): Promise<QueryScores> {
  needItems("tripletAccuracy", "triplet", triplets, ({ anchor, positive, negative }) => [anchor, positive, negative]);
  const texts = triplets.flatMap(({ anchor, positive, negative }) => [anchor, positive, negative]);
  const vectors = await encodeChecked(encoder, { who: "tripletAccuracy", what: "texts", texts, onProgress });
  const to = (i: number, place: number): number => cosine(vectors, 3 * i, vectors, 3 * i + place);
  return new Map([["accuracy", Float64Array.from(triplets, (_, i) => (to(i, 1) > to(i, 2) ? 1 : 0))]]);
}
