import { InputError } from "../base/errors.ts";

/**
 * P values of several tests, corrected so that the chance of one false finding among all of them stays below the level
 * at which they are read.
 *
 * @returns in the order given, each at least its own p value and at most 1
 * @throws {InputError} a value outside 0 .. 1
 * @see Holm 1979, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6, 65-70
 */
export function holm(pValues: readonly number[]): number[] {
  for (const p of pValues)
    if (!(p >= 0 && p <= 1)) throw new InputError("holm", `p values lie in 0 .. 1, got ${p}`, "Mend the test.");
  const order = pValues.map((_, i) => i).sort((i, j) => pValues[i] - pValues[j]);
  const corrected = new Array<number>(pValues.length);
  let least = 0;
  for (const [rank, i] of order.entries()) {
    least = Math.max(least, Math.min(1, (pValues.length - rank) * pValues[i]));
    corrected[i] = least;
  }
  return corrected;
}
