/**
 * Which steps of several curves are shown: `most` of all their steps, evenly by rank, so that the curves are cut at the
 * same steps, and each curve's own first and last. As MLflow's `get-history-bulk-interval` does.
 *
 * @param curves  the steps of each curve, ascending
 * @returns for each curve its chosen steps, ascending; at most `most` + 2
 */
export function sampleSteps(curves: readonly (readonly number[])[], most: number): number[][] {
  const all = [...new Set(curves.flat())].sort((a, b) => a - b);
  const count = Math.min(most, all.length);
  const chosen = new Set(Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]));
  return curves.map((own) => own.filter((step, i) => i === 0 || i === own.length - 1 || chosen.has(step)));
}
