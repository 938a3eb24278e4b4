import type { IdBuffer } from "./idBuffer.ts";
import type { Normalize } from "./normalizer.ts";
import type { Piece, SplitStep } from "./pieceSplitter.ts";
import type { QuickEncoder } from "./sectionEncoder.ts";
import { HASH_START, HASH_STEP, MAX_CACHED_UNITS, type WordCache } from "./wordCache.ts";

/** What a character does to the word at hand: not known yet. */
const UNSEEN = 0;
/** It joins the word, as the one UTF-16 unit in `mapped`. */
const LETTER = 1;
/** It ends the word. */
const SPACE = 2;
/** It ends the word and is one by itself, as the one unit in `mapped`. */
const ALONE = 3;
/** It vanishes. */
const DROPPED = 4;
/** One of the above, but it is, or becomes, more than one unit: see `spellings`. */
const WIDE = 5;
/** What it becomes depends on its neighbours. */
const HARD = 6;

interface Spelling {
  kind: number;
  units: string;
}

/**
 * The quick way for BERT: one pass over the raw text with a table of what each character becomes, learnt from the
 * normalizer and the pre-tokenizer when it is first seen.
 *
 * What BERT does to a text, it does character by character, but for one thing: canonical decomposition sorts the
 * combining marks. So a section with such a mark that is not stripped goes the general way.
 */
export class BertScanner implements QuickEncoder {
  private readonly words: WordCache;
  private readonly normalize: Normalize;
  private readonly steps: readonly SplitStep[];
  private readonly kinds: Uint8Array = new Uint8Array(0x10000).fill(WIDE, 0xd800, 0xe000);
  private readonly mapped: Uint16Array = new Uint16Array(0x10000);
  private readonly spellings = new Map<number, Spelling>();
  /** A word that has wide characters, or is too long for the cache. */
  private wide: number[] = [];

  /**
   * @param normalize a BertNormalizer
   * @param steps     those of a BertPreTokenizer
   */
  constructor(words: WordCache, normalize: Normalize, steps: readonly SplitStep[]) {
    this.words = words;
    this.normalize = normalize;
    this.steps = steps;
  }

  encode(text: string, _first: boolean, out: IdBuffer, limit: number): boolean {
    const { words, kinds, mapped } = this;
    const begin = out.length;
    const end = text.length;
    for (let i = 0; i < end && out.length <= limit; ) {
      const chars = words.chars;
      const start = words.tail;
      const room = start + MAX_CACHED_UNITS;
      let at = start;
      let hash = HASH_START;
      let unit = 0;
      let kind = SPACE;
      while (i < end) {
        unit = text.charCodeAt(i);
        kind = kinds[unit];
        if (kind === LETTER && at < room) {
          chars[at] = mapped[unit];
          hash = Math.imul(hash ^ chars[at++], HASH_STEP);
        } else if (kind === UNSEEN) {
          this.learn(unit);
          continue;
        } else if (kind !== DROPPED) break;
        i++;
      }
      if (i < end && (kind === LETTER || kind === WIDE || kind === HARD)) {
        this.wide = Array.from(chars.subarray(start, at));
        i = this.finishWide(text, i, out);
        if (i < 0) {
          out.length = begin;
          return false;
        }
        continue;
      }
      if (at > start) words.encode(hash, at - start, out);
      if (i < end && kind === ALONE) words.encodeUnits([mapped[unit]], out);
      i++;
    }
    return true;
  }

  /** Reads on from `from` to the end of the word in `wide`, encodes it, and returns where to go on; -1 when it is hard. */
  private finishWide(text: string, from: number, out: IdBuffer): number {
    const { wide, words } = this;
    for (let i = from; i < text.length; ) {
      const code = text.codePointAt(i) as number;
      const { kind, units } = this.spelling(code);
      if (kind === HARD) return -1;
      const after = i + (code > 0xffff ? 2 : 1);
      if (kind === SPACE || kind === ALONE) {
        words.encodeUnits(wide, out);
        words.encodeUnits(
          Array.from(units, (_, k) => units.charCodeAt(k)),
          out,
        );
        return after;
      }
      for (let k = 0; k < units.length; k++) wide.push(units.charCodeAt(k));
      i = after;
    }
    words.encodeUnits(wide, out);
    return text.length;
  }

  /** Fills the tables for a unit of the basic plane. */
  private learn(unit: number): void {
    const { kind, units } = this.spelling(unit);
    this.kinds[unit] = (kind === LETTER || kind === ALONE) && units.length > 1 ? WIDE : kind;
    this.mapped[unit] = units.charCodeAt(0);
  }

  private spelling(code: number): Spelling {
    let spelling = this.spellings.get(code);
    if (spelling === undefined) {
      spelling = this.classify(code >= 0xd800 && code < 0xe000 ? "\ufffd" : String.fromCodePoint(code));
      this.spellings.set(code, spelling);
    }
    return spelling;
  }

  /** Looks at what becomes of the character between two letters. */
  private classify(char: string): Spelling {
    let pieces: Piece[] = [{ text: this.normalize(`a${char}a`), first: true }];
    for (const step of this.steps) pieces = pieces.flatMap(step.run);
    const texts = pieces.map((piece) => piece.text);
    const [one, two] = texts;
    if (texts.length === 1 && one === "aa") return { kind: DROPPED, units: "" };
    if (texts.length === 2 && one === "a" && two === "a") return { kind: SPACE, units: "" };
    const alone = texts.length === 3 && one === "a" && texts[2] === "a";
    const joined = texts.length === 1 && one.startsWith("a") && one.endsWith("a");
    const units = alone ? two : joined ? one.slice(1, -1) : "";
    if (units === "" || [...units].some(isReordered)) return { kind: HARD, units: "" };
    return { kind: alone ? ALONE : LETTER, units };
  }
}

/** Does canonical ordering move the character? Only if it has a combining class do the marks around it change places. */
function isReordered(char: string): boolean {
  const marks = `\u0345${char}\u0334`;
  return marks.normalize("NFD") !== marks && char.normalize("NFD") === char;
}
