/** The whole state of a `Random`, as four unsigned 32-bit integers: save it in a checkpoint, restore it later. */
export type RandomState = [number, number, number, number];

/**
 * Seeded random numbers: the same seed gives the same sequence on every machine.
 *
 * xoshiro128** (Blackman & Vigna 2018, arXiv:1805.01407), its state filled by splitmix32 from the seed.
 */
export class Random {
  private s: Uint32Array;

  /** @param seed any integer; only its low 32 bits count */
  constructor(seed: number) {
    this.s = new Uint32Array(4);
    let x = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      x = (x + 0x9e3779b9) >>> 0;
      let z = x;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      this.s[i] = z ^ (z >>> 16);
    }
  }

  /** A `Random` that goes on exactly where `state` was taken. */
  static from(state: RandomState): Random {
    const r = new Random(0);
    r.s = Uint32Array.from(state);
    return r;
  }

  /** The present state, to be given to `Random.from`. */
  state(): RandomState {
    return Array.from(this.s) as RandomState;
  }

  /** A uniform unsigned 32-bit integer. */
  uint32(): number {
    const s = this.s;
    const m = Math.imul(s[1], 5);
    const result = Math.imul((m << 7) | (m >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** Uniform in [0, 1) with 53 bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** A uniform integer in [0, n), unbiased. @throws {RangeError} when n is not an integer in 1 .. 2^32 */
  int(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 4294967296)
      throw new RangeError(`Random.int: n must be in 1 .. 2^32, got ${n}`);
    const limit = 4294967296 - (4294967296 % n);
    let x = this.uint32();
    while (x >= limit) x = this.uint32();
    return x % n;
  }

  /** A draw from the standard normal distribution (Box-Muller, one of the pair). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Shuffles `items` in place (Fisher-Yates) and returns it. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }

  /** `count` different items in random order; all of them, shuffled, when there are fewer. */
  sample<T>(items: readonly T[], count: number): T[] {
    const copy = [...items];
    const n = Math.min(count, copy.length);
    for (let i = 0; i < n; i++) {
      const j = i + this.int(copy.length - i);
      [copy[i], copy[j]] = [copy[j], copy[i]];
    }
    return copy.slice(0, n);
  }
}
