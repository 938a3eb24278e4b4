import { InputError } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import { percentile } from "./percentile.ts";

/** A mean and where it would lie with other topics. */
export interface Interval {
  mean: number;
  /** 2.5 % percentile of the resampled means. */
  low: number;
  /** 97.5 % percentile. */
  high: number;
}

/** What `bootstrapInterval` takes. */
export interface BootstrapInput {
  /** One for each query. */
  values: ArrayLike<number>;
  /** The group (topic) of each query: its queries are drawn together, since they are not independent. */
  groups: ArrayLike<string>;
  /** Default 1,000. */
  resamples?: number;
  /** Default 0. The same groups in the same order are drawn for the same seed, so systems compare like with like. */
  seed?: number;
}

/**
 * A 95 % percentile interval of the mean over queries, by drawing whole groups with replacement.
 *
 * @throws {InputError} no values, or another number of groups than values
 * @see Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13; percentiles interpolate as NumPy's default
 */
export function bootstrapInterval({ values, groups, resamples = 1000, seed = 0 }: BootstrapInput): Interval {
  if (values.length === 0 || values.length !== groups.length)
    throw new InputError(
      "bootstrapInterval",
      `values and groups must be equally long and not empty, got ${values.length} and ${groups.length}`,
      "Give each query a value and a group.",
    );
  const places = new Map<string, number>();
  const sums: number[] = [];
  const counts: number[] = [];
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    let place = places.get(groups[i]);
    if (place === undefined) {
      place = places.size;
      places.set(groups[i], place);
      sums.push(0);
      counts.push(0);
    }
    sums[place] += values[i];
    counts[place]++;
    total += values[i];
  }
  const random = new Random(seed);
  const means = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    let count = 0;
    for (let draw = 0; draw < sums.length; draw++) {
      const place = random.int(sums.length);
      sum += sums[place];
      count += counts[place];
    }
    means[r] = sum / count;
  }
  means.sort();
  return { mean: total / values.length, low: percentile(means, 0.025), high: percentile(means, 0.975) };
}
