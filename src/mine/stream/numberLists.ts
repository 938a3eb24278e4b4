/** Lists of numbers by key, both below 2^32 - 1, which grow in flat memory: 8 bytes a number and 8 a key. */
export class NumberLists {
  /** Of a key: its first and its last entry, + 1; 0 where it has none. */
  private ends: Uint32Array = new Uint32Array(1024);
  /** Of an entry: its number, and the entry after it, + 1. */
  private entries: Uint32Array = new Uint32Array(1024);
  private count = 0;

  /** Bytes of the arrays. */
  get bytes(): number {
    return this.ends.byteLength + this.entries.byteLength;
  }

  /** Adds a number behind those that the key has. */
  add(key: number, number: number): void {
    this.ends = grown(this.ends, 2 * key + 2);
    this.entries = grown(this.entries, 2 * this.count + 2);
    const last = this.ends[2 * key + 1];
    this.entries[2 * this.count] = number;
    this.count++;
    if (last === 0) this.ends[2 * key] = this.count;
    else this.entries[2 * last - 1] = this.count;
    this.ends[2 * key + 1] = this.count;
  }

  /** The key's numbers in the order in which they came. */
  *of(key: number): Generator<number> {
    for (let at = this.ends[2 * key] ?? 0; at !== 0; at = this.entries[2 * at - 1]) yield this.entries[2 * at - 2];
  }
}

/** The array, or one half as long again (at least `length`) that begins with it. */
function grown(array: Uint32Array, length: number): Uint32Array {
  if (length <= array.length) return array;
  const longer = new Uint32Array(Math.max(length, Math.ceil(array.length * 1.5)));
  longer.set(array);
  return longer;
}
