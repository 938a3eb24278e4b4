import { Random } from "../base/random.ts";

/**
 * A uniform sample of at most `size` of the values offered, of whatever number: algorithm L, which draws only when a
 * value enters. The sample depends on the seed and on the order of the offers alone.
 *
 * @see Li 1994, Reservoir-sampling algorithms of time complexity O(n(1 + log(N/n))), ACM TOMS 20(4)
 */
export class Reservoir {
  readonly values: number[] = [];
  /** How many were offered. */
  seen = 0;
  private readonly size: number;
  private readonly random: Random;
  private weight = 1;
  /** The offer that enters next, once the sample is full. */
  private next = Number.POSITIVE_INFINITY;

  /** @param size at least 1 */
  constructor(size: number, seed: number) {
    this.size = size;
    this.random = new Random(seed);
  }

  offer(value: number): void {
    this.seen++;
    if (this.values.length < this.size) {
      this.values.push(value);
      if (this.values.length === this.size) this.skip();
    } else if (this.seen === this.next) {
      this.values[this.random.int(this.size)] = value;
      this.skip();
    }
  }

  /** How many of the next offers will not enter, whatever they are. */
  get idle(): number {
    return this.values.length < this.size ? 0 : this.next - this.seen - 1;
  }

  private skip(): void {
    // 1 - uniform lies in (0, 1], whose logarithm is finite
    this.weight *= Math.exp(Math.log(1 - this.random.uniform()) / this.size);
    const gap = Math.floor(Math.log(1 - this.random.uniform()) / Math.log1p(-this.weight));
    // a weight that has sunk to 0 gives an infinite gap: nothing enters any more
    this.next = this.seen + (Number.isNaN(gap) ? 0 : gap) + 1;
  }
}
