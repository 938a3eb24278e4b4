/** Rows of a segment: arrays grow by segments, so that growing copies nothing. */
const SEGMENT = 1 << 16;
/** A chain has so many rows on average, at most, before the heads double. */
const ROWS_PER_HEAD = 6;
const FEWEST_HEADS = 1 << 16;

/**
 * An index from a 32-bit key to the rows that have it, for tens of millions of rows: hash chains in typed arrays, 6
 * bytes a row (next row, upper half of the key) and 4 bytes a head. Two rows with one key are not yet equal: at 10 M
 * rows a look-up meets a stranger with probability 10^7 / 2^32 = .2 %, so that callers compare what the keys stand for.
 */
export class KeyChains {
  private heads = new Uint32Array(FEWEST_HEADS);
  private readonly next: (Uint32Array | undefined)[] = [];
  private readonly tags: (Uint16Array | undefined)[] = [];
  private size = 0;
  private segments = 0;

  /** Bytes of the arrays. */
  get bytes(): number {
    return this.heads.byteLength + this.segments * SEGMENT * 6;
  }

  /** Bytes that so many rows will take. */
  static bytesFor(rows: number): number {
    let heads = FEWEST_HEADS;
    while (rows > heads * ROWS_PER_HEAD) heads *= 2;
    return heads * 4 + Math.ceil(rows / SEGMENT) * SEGMENT * 6;
  }

  /** @param row from 0, below 2^32 - 1; each row once @param key 32 bits */
  add(row: number, key: number): void {
    if (this.size >= this.heads.length * ROWS_PER_HEAD) this.grow();
    const segment = Math.floor(row / SEGMENT);
    if (this.next[segment] === undefined) {
      this.next[segment] = new Uint32Array(SEGMENT);
      this.tags[segment] = new Uint16Array(SEGMENT);
      this.segments++;
    }
    this.tags[segment]![row % SEGMENT] = key >>> 16;
    this.link(row, key & (this.heads.length - 1));
    this.size++;
  }

  /** The rows with this key, the latest first. */
  *rows(key: number): Generator<number> {
    const tag = key >>> 16;
    for (let at = this.heads[key & (this.heads.length - 1)]; at !== 0; ) {
      const row = at - 1;
      const segment = Math.floor(row / SEGMENT);
      if (this.tags[segment]![row % SEGMENT] === tag) yield row;
      at = this.next[segment]![row % SEGMENT];
    }
  }

  /** `next` and heads hold row + 1; 0 ends a chain. */
  private link(row: number, bucket: number): void {
    this.next[Math.floor(row / SEGMENT)]![row % SEGMENT] = this.heads[bucket];
    this.heads[bucket] = row + 1;
  }

  /** Doubles the heads. A row's new bucket is its old one and one bit more, which its tag (bits 16 to 31) tells. */
  private grow(): void {
    const old = this.heads;
    const bit = Math.log2(old.length);
    this.heads = new Uint32Array(old.length * 2);
    for (let bucket = 0; bucket < old.length; bucket++) {
      const chain: number[] = [];
      for (let at = old[bucket]; at !== 0; ) {
        chain.push(at - 1);
        at = this.next[Math.floor((at - 1) / SEGMENT)]![(at - 1) % SEGMENT];
      }
      for (const row of chain.reverse()) {
        const tag = this.tags[Math.floor(row / SEGMENT)]![row % SEGMENT];
        this.link(row, bucket + ((tag >>> (bit - 16)) & 1) * old.length);
      }
    }
  }
}
