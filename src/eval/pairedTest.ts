import { InputError } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import { bootstrapInterval } from "./bootstrapInterval.ts";

/** Two systems on the same queries. */
export interface PairedInput {
  /** One for each query. */
  a: ArrayLike<number>;
  b: ArrayLike<number>;
  /** The group (topic) of each query: its queries change sides together. */
  groups: ArrayLike<string>;
  /** Of the bootstrap, and of the permutations where there are too many to try all. Default 10,000. */
  resamples?: number;
  /** Default 0. */
  seed?: number;
}

/** How far apart two systems are, and whether chance would do. */
export interface PairedResult {
  /** Mean of b less mean of a, over queries. */
  difference: number;
  /** 95 % bootstrap interval of the difference, over groups. */
  low: number;
  high: number;
  /** Two-sided: how often a difference at least as large comes about when each group's sides are dealt by chance. */
  p: number;
}

/** Up to this many groups with a difference, every assignment of signs is tried. */
const EXACT_GROUPS = 14;

/** Sums that rounding alone sets apart count as equal. */
const SLACK = 1e-12;

/**
 * Compares two systems query by query: a paired bootstrap for the size of the difference, a sign-flip permutation test
 * for its p value. Whole groups are drawn and flipped, since queries of one topic are not independent. Exact for up to
 * 14 groups that differ; otherwise the observed assignment counts as one of those drawn, so p is never 0.
 *
 * @throws {InputError} sides or groups of different lengths, no queries, a value that is no finite number
 * @see Fisher 1935, The Design of Experiments; Phipson & Smyth 2010, doi:10.2202/1544-6115.1585, for the added one
 */
export function pairedTest({ a, b, groups, resamples = 10_000, seed = 0 }: PairedInput): PairedResult {
  if (a.length !== b.length || a.length !== groups.length || a.length === 0)
    throw new InputError(
      "pairedTest",
      `a, b and groups must be equally long and not empty, got ${a.length}, ${b.length} and ${groups.length}`,
      "Measure both systems on the same queries.",
    );
  const values = Float64Array.from(a, (x, i) => b[i] - x);
  const odd = values.findIndex((x) => !Number.isFinite(x));
  if (odd >= 0)
    throw new InputError("pairedTest", `query ${odd} has the values ${a[odd]} and ${b[odd]}`, "Give finite numbers.");
  const { mean, low, high } = bootstrapInterval({ values, groups, resamples, seed });
  const sums = new Map<string, number>();
  for (const [i, value] of values.entries()) sums.set(groups[i], (sums.get(groups[i]) ?? 0) + value);
  // a group without a difference is the same on either side
  const differing = [...sums.values()].filter((sum) => sum !== 0);
  const p = differing.length <= EXACT_GROUPS ? exact(differing) : drawn(differing, resamples, new Random(seed));
  return { difference: mean, low, high, p };
}

function exact(sums: readonly number[]): number {
  const observed = Math.abs(total(sums)) - SLACK;
  const all = 2 ** sums.length;
  let extreme = 0;
  for (let signs = 0; signs < all; signs++)
    if (Math.abs(sums.reduce((sum, x, i) => sum + (signs & (1 << i) ? x : -x), 0)) >= observed) extreme++;
  return extreme / all;
}

function drawn(sums: readonly number[], resamples: number, random: Random): number {
  const observed = Math.abs(total(sums)) - SLACK;
  let extreme = 1;
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    let bits = 0;
    for (let i = 0; i < sums.length; i++) {
      if (i % 32 === 0) bits = random.uint32();
      sum += bits & 1 ? sums[i] : -sums[i];
      bits >>>= 1;
    }
    if (Math.abs(sum) >= observed) extreme++;
  }
  return extreme / (resamples + 1);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0);
}
