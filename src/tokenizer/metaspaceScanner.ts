import type { IdBuffer } from "./idBuffer.ts";
import type { QuickEncoder } from "./sectionEncoder.ts";
import { HASH_START, HASH_STEP, MAX_CACHED_UNITS, type WordCache } from "./wordCache.ts";

/** How a tokenizer marks spaces. */
export interface MetaspaceOptions {
  /** The character that stands for a space: `▁`. One UTF-16 unit. */
  mark: string;
  /** Which sections get a mark before them. */
  prepend: "always" | "first" | "never";
  /** A section that begins with a space gets one more mark: the normalizer spelling does, the pre-tokenizer not. */
  prependBeforeMark: boolean;
  /** Each mark begins a word; otherwise a run of marks stays together with what follows it. */
  splitRuns: boolean;
}

/**
 * The quick way for tokenizers that mark spaces (Llama-2, Mistral, T5-like BPE): one pass over the text, no string
 * per word, no normalized copy.
 *
 * Where Hugging Face hands the whole text to BPE, this cuts it before each run of marks. That gives the same ids as
 * long as no merge joins a mark to a character before it: see `Bpe.canCutBefore`.
 */
export class MetaspaceScanner implements QuickEncoder {
  private readonly words: WordCache;
  private readonly options: MetaspaceOptions;
  private readonly mark: number;
  /** A section that holds one of these may hold an added token in its normalized text. */
  private readonly needles: readonly string[];

  /** @param patterns what added tokens look like in normalized text, where they are matched there */
  constructor(words: WordCache, options: MetaspaceOptions, patterns: readonly string[]) {
    this.words = words;
    this.options = options;
    this.mark = options.mark.charCodeAt(0);
    // Marks may stand for spaces, the rest of a pattern must be in the raw text as it is.
    this.needles = patterns.map((pattern) => pattern.split(options.mark).sort((a, b) => b.length - a.length)[0]);
  }

  encode(text: string, first: boolean, out: IdBuffer, limit: number): boolean {
    if (this.needles.some((needle) => text.includes(needle))) return false;
    const end = text.length;
    const { words, mark } = this;
    const splitRuns = this.options.splitRuns;
    let prefix = this.needsPrefix(text, first) ? 1 : 0;
    for (let i = 0; i < end || prefix > 0; ) {
      if (out.length > limit) break;
      const chars = words.chars;
      const start = words.tail;
      const room = start + MAX_CACHED_UNITS;
      const wordStart = i;
      let at = start;
      let hash = HASH_START;
      if (prefix > 0) {
        chars[at++] = mark;
        hash = Math.imul(hash ^ mark, HASH_STEP);
      }
      // Marks first, then everything up to the next mark.
      let inMarks = true;
      for (; i < end && at < room; i++) {
        let unit = text.charCodeAt(i);
        if (unit === 32) unit = mark;
        if (unit === mark) {
          if (!inMarks || (splitRuns && at > start)) break;
        } else inMarks = false;
        chars[at++] = unit;
        hash = Math.imul(hash ^ unit, HASH_STEP);
      }
      if (at === room && i < end) i = this.encodeLong(text, wordStart, prefix, out);
      else words.encode(hash, at - start, out);
      prefix = 0;
    }
    return true;
  }

  private needsPrefix(text: string, first: boolean): boolean {
    const { prepend, prependBeforeMark } = this.options;
    if (prepend === "never" || (prepend === "first" && !first)) return false;
    const unit = text.charCodeAt(0);
    return prependBeforeMark || (unit !== 32 && unit !== this.mark);
  }

  /** Encodes the word that begins at `from` and does not fit the cache; returns where it ends. */
  private encodeLong(text: string, from: number, prefix: number, out: IdBuffer): number {
    const { mark } = this;
    const isMark = (i: number): boolean => text.charCodeAt(i) === 32 || text.charCodeAt(i) === mark;
    let to = from;
    if (this.options.splitRuns) {
      if (prefix === 0 && isMark(to)) to++;
    } else while (to < text.length && isMark(to)) to++;
    while (to < text.length && !isMark(to)) to++;
    const chars = new Uint16Array(prefix + to - from);
    if (prefix > 0) chars[0] = mark;
    for (let i = from; i < to; i++) chars[prefix + i - from] = isMark(i) ? mark : text.charCodeAt(i);
    this.words.encodeUnits(chars, out);
    return to;
  }
}
