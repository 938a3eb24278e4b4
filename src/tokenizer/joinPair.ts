import type { PairTemplate } from "./pairTemplate.ts";
import type { EncodedPair } from "./tokenizer.ts";

/** How much of a pair may stay. */
export interface PairRoom {
  /** Ids of the two texts together, special tokens not counted. */
  room: number;
  /** A text that is cut keeps its end. */
  truncateLeft: boolean;
}

/**
 * Puts two texts' ids into a template. Where they do not fit, the longer one is cut first, to the length of the other
 * one, then both alike: Hugging Face's `longest_first`, which gives an odd id to the longer text, of equally long ones
 * to the second.
 */
export function joinPair(
  template: PairTemplate,
  texts: readonly [readonly number[], readonly number[]],
  { room, truncateLeft }: PairRoom,
): EncodedPair {
  const lengths = longestFirst(texts[0].length, texts[1].length, room);
  const ids: number[] = [];
  const types: number[] = [];
  for (const place of template) {
    let part: readonly number[];
    if ("ids" in place) part = place.ids;
    else {
      const [text, keep] = [texts[place.text], lengths[place.text]];
      part = truncateLeft ? text.slice(text.length - keep) : text.slice(0, keep);
    }
    for (const id of part) {
      ids.push(id);
      types.push(place.type);
    }
  }
  return { ids, types };
}

function longestFirst(first: number, second: number, room: number): [number, number] {
  if (first + second <= room) return [first, second];
  const shorter = Math.min(first, second);
  const half = Math.floor(room / 2);
  const [less, more] = shorter <= half ? [shorter, room - shorter] : [half, room - half];
  return first > second ? [more, less] : [less, more];
}
