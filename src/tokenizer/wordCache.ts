import type { IdBuffer } from "./idBuffer.ts";
import type { WordModel } from "./wordModel.ts";

/** Start value of a word's hash; fold each UTF-16 unit in with `Math.imul(hash ^ unit, HASH_STEP)` (FNV-1a). */
export const HASH_START: number = 0x811c9dc5 | 0;

/** The prime of 32-bit FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
export const HASH_STEP = 0x01000193;

/** Words longer than this many UTF-16 units are not cached. */
export const MAX_CACHED_UNITS = 64;

const START_SLOTS = 1 << 14;

/**
 * A word model behind a cache from words to ids, in flat typed arrays and without a string per word.
 *
 * The word that is looked up lies at `chars[tail ..)`: the caller writes it there while it scans the text, so that a
 * new word is stored by moving `tail` past it. The table is open-addressed, four integers a slot:
 * hash, start in `chars`, length << 8 | number of ids, start in `ids`.
 *
 * Memory is bounded: at most 2^18 words, 2^22 units and 2^21 ids, which is 24 MiB; the cache starts at 0.6 MiB,
 * doubles as it fills, and forgets everything when it is full.
 */
export class WordCache {
  /** Units of the stored words; room for one word of MAX_CACHED_UNITS behind `tail` is kept at all times. */
  chars: Uint16Array = new Uint16Array(START_SLOTS * 8);
  /** Where the word to look up begins. */
  tail = 0;

  private readonly model: WordModel;
  private readonly maxWords: number;
  private table: Int32Array = new Int32Array(START_SLOTS * 4);
  private ids: Int32Array = new Int32Array(START_SLOTS * 2);
  private idTail = 0;
  private words = 0;

  /** @param maxWords a power of two >= 2^14; the memory bound is 96 bytes a word */
  constructor(model: WordModel, maxWords: number = 1 << 18) {
    this.model = model;
    this.maxWords = maxWords;
  }

  /** Appends the ids of the word at `chars[tail .. tail + length)`, length 1 .. MAX_CACHED_UNITS, to `out`. */
  encode(hash: number, length: number, out: IdBuffer): void {
    const table = this.table;
    const mask = (table.length >>> 2) - 1;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const at = slot << 2;
      const info = table[at + 2];
      if (info === 0) break;
      if (table[at] === hash && info >>> 8 === length && this.same(table[at + 1], length)) {
        this.append(table[at + 3], info & 255, out);
        return;
      }
    }
    const from = out.length;
    this.model.tokenize(this.chars, this.tail, this.tail + length, out);
    this.store(hash, length, out, from);
  }

  /** Appends the ids of the word `text[from .. to)`. */
  encodeText(text: string, from: number, to: number, out: IdBuffer): void {
    const length = to - from;
    if (length > MAX_CACHED_UNITS) {
      const chars = new Uint16Array(length);
      for (let i = 0; i < length; i++) chars[i] = text.charCodeAt(from + i);
      this.model.tokenize(chars, 0, length, out);
    } else if (length > 0) {
      const chars = this.chars;
      let at = this.tail;
      let hash = HASH_START;
      for (let i = from; i < to; i++) {
        const unit = text.charCodeAt(i);
        chars[at++] = unit;
        hash = Math.imul(hash ^ unit, HASH_STEP);
      }
      this.encode(hash, length, out);
    }
  }

  /** Appends the ids of the word that `units` spell; of none when there are no units. */
  encodeUnits(units: ArrayLike<number>, out: IdBuffer): void {
    const length = units.length;
    if (length > MAX_CACHED_UNITS) this.model.tokenize(Uint16Array.from(units), 0, length, out);
    else if (length > 0) {
      let hash = HASH_START;
      for (let i = 0; i < length; i++) {
        this.chars[this.tail + i] = units[i];
        hash = Math.imul(hash ^ units[i], HASH_STEP);
      }
      this.encode(hash, length, out);
    }
  }

  private same(start: number, length: number): boolean {
    const chars = this.chars;
    const tail = this.tail;
    for (let i = 0; i < length; i++) if (chars[start + i] !== chars[tail + i]) return false;
    return true;
  }

  private append(start: number, count: number, out: IdBuffer): void {
    if (out.length + count > out.data.length) out.reserve(count);
    const data = out.data;
    const ids = this.ids;
    let length = out.length;
    for (let i = 0; i < count; i++) data[length++] = ids[start + i];
    out.length = length;
  }

  private store(hash: number, length: number, out: IdBuffer, from: number): void {
    const count = out.length - from;
    if (count > 255) return;
    if (!this.makeRoom(length, count)) return;
    this.ids.set(out.data.subarray(from, out.length), this.idTail);
    insert(this.table, hash, this.tail, (length << 8) | count, this.idTail);
    this.tail += length;
    this.idTail += count;
    this.words++;
  }

  /** False when the cache was full: it is empty then, and the word at hand is not stored. */
  private makeRoom(length: number, count: number): boolean {
    if (this.words * 2 >= this.table.length >>> 2) {
      if (this.words >= this.maxWords) return this.clear();
      const grown = new Int32Array(this.table.length * 2);
      for (let at = 0; at < this.table.length; at += 4) {
        const t = this.table;
        if (t[at + 2] !== 0) insert(grown, t[at], t[at + 1], t[at + 2], t[at + 3]);
      }
      this.table = grown;
    }
    if (this.tail + length + MAX_CACHED_UNITS > this.chars.length) {
      if (this.chars.length >= this.maxWords * 16) return this.clear();
      const grown = new Uint16Array(this.chars.length * 2);
      grown.set(this.chars);
      this.chars = grown;
    }
    if (this.idTail + count > this.ids.length) {
      if (this.ids.length >= this.maxWords * 8) return this.clear();
      const grown = new Int32Array(this.ids.length * 2);
      grown.set(this.ids);
      this.ids = grown;
    }
    return true;
  }

  private clear(): false {
    this.table.fill(0);
    this.tail = 0;
    this.idTail = 0;
    this.words = 0;
    return false;
  }
}

function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

function insert(table: Int32Array, hash: number, start: number, info: number, idStart: number): void {
  const mask = (table.length >>> 2) - 1;
  let slot = spread(hash) & mask;
  while (table[(slot << 2) + 2] !== 0) slot = (slot + 1) & mask;
  const at = slot << 2;
  table[at] = hash;
  table[at + 1] = start;
  table[at + 2] = info;
  table[at + 3] = idStart;
}
