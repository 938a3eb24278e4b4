/**
 * An exponential moving average that begins without bias (Kingma and Ba, "Adam", section 3): the first value counts as
 * what it is, not as a step from zero. What is not finite is passed through and does not spoil what follows.
 *
 * @param weight  of what was before, from 0 (nothing is smoothed) to below 1
 */
export function smooth(values: readonly number[], weight: number): number[] {
  if (weight <= 0) return [...values];
  let average = 0;
  let share = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    average = weight * average + (1 - weight) * value;
    share = weight * share + (1 - weight);
    return average / share;
  });
}
