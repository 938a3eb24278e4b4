import { Random } from "../base/random.ts";
import { percentile } from "./percentile.ts";
import { spearman } from "./spearman.ts";

/** What `spearmanInterval` takes. */
export interface SpearmanInput {
  /** One for each item. */
  a: ArrayLike<number>;
  /** The same items, scored otherwise. */
  b: ArrayLike<number>;
  /** Default 1,000. */
  resamples?: number;
  /** Default 0. */
  seed?: number;
}

/**
 * A 95 % percentile interval of Spearman's rank correlation, by drawing items with replacement. A resample whose values
 * are all equal on one side has no correlation and is left out; where all are, both bounds are NaN.
 *
 * @returns the 2.5 % and the 97.5 % percentile
 * @throws {InputError} what `spearman` throws
 * @see Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13
 */
export function spearmanInterval({ a, b, resamples = 1000, seed = 0 }: SpearmanInput): [low: number, high: number] {
  const random = new Random(seed);
  const found: number[] = [];
  for (let r = 0; r < resamples; r++) {
    const drawn = Array.from(a, () => random.int(a.length));
    const rho = spearman(
      drawn.map((i) => a[i]),
      drawn.map((i) => b[i]),
    );
    if (!Number.isNaN(rho)) found.push(rho);
  }
  if (found.length === 0) return [Number.NaN, Number.NaN];
  const sorted = Float64Array.from(found).sort();
  return [percentile(sorted, 0.025), percentile(sorted, 0.975)];
}
