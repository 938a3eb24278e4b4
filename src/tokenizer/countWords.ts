import { IdBuffer } from "./idBuffer.ts";
import type { QuickEncoder, SectionEncoder } from "./sectionEncoder.ts";
import { wellFormed } from "./wellFormed.ts";
import { WordCache } from "./wordCache.ts";
import type { WordModel } from "./wordModel.ts";

/**
 * How often each word that an encoder makes of the texts stands there.
 *
 * The words are numbered by a model behind the same cache that encoding uses, so that a word that was seen before
 * costs no string.
 *
 * @param encoderOf makes the encoder that cuts a text into words and looks them up
 */
export function countWords(
  texts: Iterable<string>,
  encoderOf: (words: WordCache) => SectionEncoder | QuickEncoder,
): Map<string, number> {
  const numbers = new Numbers();
  const encoder = encoderOf(new WordCache(numbers));
  const out = new IdBuffer();
  for (const text of texts) {
    out.length = 0;
    if (text !== "") encoder.encode(wellFormed(text), true, out, Number.POSITIVE_INFINITY);
    for (let i = 0; i < out.length; i++) numbers.counts[out.data[i]]++;
  }
  // A word has several numbers when it is long, or when the cache was full in between.
  const counts = new Map<string, number>();
  numbers.words.forEach((word, i) => void counts.set(word, (counts.get(word) ?? 0) + numbers.counts[i]));
  return counts;
}

/** Gives each word that it is asked for the next number. */
class Numbers implements WordModel {
  readonly words: string[] = [];
  readonly counts: number[] = [];
  private readonly decoder = new TextDecoder("utf-16le", { ignoreBOM: true });

  tokenize(chars: Uint16Array, from: number, to: number, out: IdBuffer): void {
    out.push(this.words.length);
    this.words.push(this.decoder.decode(chars.subarray(from, to)));
    this.counts.push(0);
  }
}
