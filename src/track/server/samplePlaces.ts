/**
 * Which points of a curve are shown, by their places in its order: the first of each of `most` parts of equal size, and
 * the last of all in the place of the last part's first. As MLflow's `get-history-bulk-interval` does, so that many
 * points of one step do not all come.
 *
 * @param count  how many points the curve has
 * @returns at most `most` places from 0 on, ascending; all of them when there are no more
 */
export function samplePlaces(count: number, most: number): number[] {
  const parts = Math.min(most, count);
  // Of parts that cannot be equal, the first ones have one more.
  const [size, larger] = [Math.floor(count / parts), count % parts];
  const firsts = Array.from({ length: parts }, (_, i) => i * size + Math.min(i, larger));
  return parts === 0 ? [] : [...firsts.slice(0, -1), count - 1];
}
