import { InputError } from "../base/errors.ts";

/**
 * Spearman's rank correlation: Pearson's, of the ranks; equal values share their mean rank.
 *
 * @returns -1 .. 1; NaN when all values of one side are equal, for then there is no order
 * @throws {InputError} sides of different lengths, fewer than 2 values, or a value that is no finite number
 * @see Spearman 1904, doi:10.2307/1412159
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length < 2)
    throw new InputError(
      "spearman",
      `both sides must be equally long, 2 values or more, got ${a.length} and ${b.length}`,
      "Give each item a score of both kinds.",
    );
  return pearson(ranks(a), ranks(b));
}

/** Ranks from 1, ties at their mean. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i] - values[j]);
  const ranked = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    const value = values[order[from]];
    if (!Number.isFinite(value))
      throw new InputError("spearman", `value ${order[from]} is ${value}`, "Leave it out, or mend what made it.");
    let to = from + 1;
    while (to < order.length && values[order[to]] === value) to++;
    for (let i = from; i < to; i++) ranked[order[i]] = (from + 1 + to) / 2;
    from = to;
  }
  return ranked;
}

function pearson(x: Float64Array, y: Float64Array): number {
  const mean = (x.length + 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xy += (x[i] - mean) * (y[i] - mean);
    xx += (x[i] - mean) ** 2;
    yy += (y[i] - mean) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}
