import { InputError } from "../base/errors.ts";
import { byteLevel } from "./byteLevel.ts";
import type { IdBuffer } from "./idBuffer.ts";
import { MergeTable } from "./mergeTable.ts";
import { mergeWord } from "./mergeWord.ts";
import type { Vocabulary } from "./vocabulary.ts";
import type { WordModel } from "./wordModel.ts";

/** What a BPE model needs beside its vocabulary. */
export interface BpeOptions {
  /** The file, for error messages. */
  who: string;
  /** Pairs of tokens, the first merges first. */
  merges: readonly (readonly [string, string])[];
  /** Token for characters that the vocabulary lacks; without one they are left out. */
  unkToken?: string;
  /** Neighbouring unknown characters become one unknown token. */
  fuseUnk: boolean;
  /** Spell unknown characters as bytes, `<0x0A>`, where the vocabulary has them all. */
  byteFallback: boolean;
  /** A word that is itself a token is that token, whatever the merges say. */
  ignoreMerges: boolean;
  /** Put before each character of a word but its first. */
  continuingSubwordPrefix: string;
  /** Put behind the last character of a word. */
  endOfWordSuffix: string;
  /** What the first symbols are: characters, or the bytes of UTF-8 in the byte-level alphabet. */
  alphabet: "chars" | "bytes";
}

const UNSEEN = -2;
const UNKNOWN = -1;

/**
 * Byte-pair encoding of one word, with the rules of Hugging Face `tokenizers` for unknown characters.
 *
 * @see Sennrich et al. 2016, arXiv:1508.07909; byte fallback: Kudo & Richardson 2018, arXiv:1808.06226
 */
export class Bpe implements WordModel {
  private readonly vocabulary: Vocabulary;
  private readonly options: BpeOptions;
  private readonly merges: MergeTable;
  /** Id of each character of the basic plane when it stands alone: UNSEEN until asked for, UNKNOWN when there is none. */
  private readonly charIds: Int32Array = new Int32Array(0x10000).fill(UNSEEN);
  /** Id of each byte: its `<0x..>` token, or its character of the byte-level alphabet. UNKNOWN when there is none. */
  private readonly byteIds: Int32Array;
  private readonly unkId: number | undefined;
  private symbols: Int32Array = new Int32Array(256);
  private count = 0;
  /** An unknown token that waits for its neighbour, to be fused with it. */
  private unkWaits = false;

  /** @throws {InputError} when a merge names a token that is not in the vocabulary */
  constructor(vocabulary: Vocabulary, options: BpeOptions) {
    this.vocabulary = vocabulary;
    this.options = options;
    this.unkId = options.unkToken === undefined ? undefined : vocabulary.idOf(options.unkToken);
    const byteToken =
      options.alphabet === "bytes"
        ? (byte: number) => byteLevel.charOf[byte]
        : (byte: number) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
    this.byteIds = Int32Array.from({ length: 256 }, (_, byte) => vocabulary.idOf(byteToken(byte)) ?? UNKNOWN);
    this.merges = new MergeTable(options.merges.length);
    const skip = options.continuingSubwordPrefix.length;
    options.merges.forEach(([left, right], rank) => {
      const [a, b, ab] = [left, right, left + right.slice(skip)].map((token) => this.mustHave(token, rank));
      this.merges.set(a, b, rank, ab);
    });
  }

  tokenize(chars: Uint16Array, from: number, to: number, out: IdBuffer): void {
    if (this.options.ignoreMerges) {
      const id = this.vocabulary.idOf(this.spelling(chars, from, to));
      if (id !== undefined) {
        out.push(id);
        return;
      }
    }
    this.count = 0;
    if (this.options.alphabet === "bytes") this.splitBytes(chars, from, to);
    else this.splitChars(chars, from, to);
    const symbols = this.symbols;
    const n = mergeWord(symbols, this.count, this.merges);
    out.reserve(n);
    for (let i = 0; i < n; i++) out.data[out.length++] = symbols[i];
  }

  /**
   * May a word be cut before each run of `mark`, and its parts be tokenized one by one? It may when no merge joins a
   * mark to another character before it, and nothing but merges looks across the cut.
   */
  canCutBefore(mark: string): boolean {
    const { merges, ignoreMerges, continuingSubwordPrefix, endOfWordSuffix } = this.options;
    if (ignoreMerges || continuingSubwordPrefix || endOfWordSuffix) return false;
    // Unknown characters are fused, so the mark must be known.
    if (this.vocabulary.idOf(mark) === undefined) return false;
    return merges.every(([left, right]) => {
      const product = left + right;
      const last = product.lastIndexOf(mark);
      return last < 0 || product.startsWith(mark.repeat(last + 1));
    });
  }

  private splitChars(chars: Uint16Array, from: number, to: number): void {
    const affixed = this.options.continuingSubwordPrefix !== "" || this.options.endOfWordSuffix !== "";
    for (let i = from; i < to; ) {
      const code = codePointAt(chars, i, to);
      const width = code > 0xffff ? 2 : 1;
      const id = affixed ? this.affixedId(code, i === from, i + width === to) : this.idOfChar(code);
      if (id >= 0) {
        this.flushUnk();
        this.add(id);
      } else this.addUnknown(code, i === from, i + width === to);
      i += width;
    }
    this.flushUnk();
  }

  private splitBytes(chars: Uint16Array, from: number, to: number): void {
    for (let i = from; i < to; ) {
      const code = codePointAt(chars, i, to);
      i += code > 0xffff ? 2 : 1;
      eachByte(code, (byte) => {
        const id = this.byteIds[byte];
        if (id >= 0) {
          this.flushUnk();
          this.add(id);
        } else this.addUnk();
      });
    }
    this.flushUnk();
  }

  private idOfChar(code: number): number {
    if (code > 0xffff) return this.vocabulary.idOf(String.fromCodePoint(code)) ?? UNKNOWN;
    let id = this.charIds[code];
    if (id === UNSEEN) {
      id = this.vocabulary.idOf(String.fromCharCode(code)) ?? UNKNOWN;
      this.charIds[code] = id;
    }
    return id;
  }

  private affixedId(code: number, first: boolean, last: boolean): number {
    return this.vocabulary.idOf(this.affixed(code, first, last)) ?? UNKNOWN;
  }

  private affixed(code: number, first: boolean, last: boolean): string {
    const prefix = first ? "" : this.options.continuingSubwordPrefix;
    return prefix + String.fromCodePoint(code) + (last ? this.options.endOfWordSuffix : "");
  }

  private addUnknown(code: number, first: boolean, last: boolean): void {
    if (this.options.byteFallback) {
      const start = this.count;
      let known = true;
      const addByte = (byte: number): void => {
        if (this.byteIds[byte] < 0) known = false;
        this.add(this.byteIds[byte]);
      };
      for (const char of this.affixed(code, first, last)) eachByte(char.codePointAt(0) as number, addByte);
      // An unknown token that waits goes on waiting: Hugging Face writes it behind these bytes.
      if (known) return;
      this.count = start;
    }
    this.addUnk();
  }

  private addUnk(): void {
    if (this.options.unkToken === undefined) return;
    if (this.unkWaits && !this.options.fuseUnk) this.flushUnk();
    this.unkWaits = true;
  }

  private flushUnk(): void {
    if (!this.unkWaits) return;
    this.unkWaits = false;
    if (this.unkId === undefined)
      throw new InputError(
        this.options.who,
        `the text has a character that needs the unknown-token ${this.options.unkToken}, which is not in the vocabulary`,
        "Add the token to `model.vocab`, or take the character out of the text.",
      );
    this.add(this.unkId);
  }

  private add(id: number): void {
    if (this.count === this.symbols.length) {
      const grown = new Int32Array(this.symbols.length * 2);
      grown.set(this.symbols);
      this.symbols = grown;
    }
    this.symbols[this.count++] = id;
  }

  /** The word as the vocabulary would spell it. */
  private spelling(chars: Uint16Array, from: number, to: number): string {
    let text = "";
    for (let i = from; i < to; ) {
      const code = codePointAt(chars, i, to);
      i += code > 0xffff ? 2 : 1;
      if (this.options.alphabet === "chars") text += String.fromCodePoint(code);
      else
        eachByte(code, (byte) => {
          text += byteLevel.charOf[byte];
        });
    }
    return text;
  }

  private mustHave(token: string, rank: number): number {
    const id = this.vocabulary.idOf(token);
    if (id !== undefined) return id;
    throw new InputError(
      this.options.who,
      `merge ${rank} (${this.options.merges[rank].map((part) => JSON.stringify(part)).join(" + ")}) needs the token ` +
        `${JSON.stringify(token)}, which is not in \`model.vocab\``,
      "The vocabulary and the merges must come from one training.",
    );
  }
}

/** The code point at `i`; a lone surrogate counts as U+FFFD, as it does once it has been through UTF-8. */
function codePointAt(chars: Uint16Array, i: number, to: number): number {
  const unit = chars[i];
  if ((unit & 0xf800) !== 0xd800) return unit;
  const low = i + 1 < to ? chars[i + 1] : 0;
  if (unit > 0xdbff || (low & 0xfc00) !== 0xdc00) return 0xfffd;
  return 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
}

/** Calls `take` with each byte of a code point's UTF-8. */
function eachByte(code: number, take: (byte: number) => void): void {
  if (code < 0x80) take(code);
  else if (code < 0x800) {
    take(0xc0 | (code >> 6));
    take(0x80 | (code & 63));
  } else if (code < 0x10000) {
    take(0xe0 | (code >> 12));
    take(0x80 | ((code >> 6) & 63));
    take(0x80 | (code & 63));
  } else {
    take(0xf0 | (code >> 18));
    take(0x80 | ((code >> 12) & 63));
    take(0x80 | ((code >> 6) & 63));
    take(0x80 | (code & 63));
  }
}
