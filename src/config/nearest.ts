/** Edits (insert, delete, replace, swap of neighbours) that make `b` of `a`: optimal string alignment distance. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(row[j - 1] + 1, last[j] + 1, last[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

/**
 * The candidate that `word` was probably meant to be, or undefined when none is near: at most a third of its letters
 * differ (at least 2 may), upper and lower case, `-` and `_` counting as equal.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const plain = (s: string): string => s.toLowerCase().replace(/[-_ ]/g, "");
  const wanted = plain(word);
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const other = plain(candidate);
    const distance = editDistance(wanted, other);
    // two edits on a two-letter word leave nothing in common
    if (distance < bestDistance && distance < Math.max(wanted.length, other.length)) {
      [best, bestDistance] = [candidate, distance];
    }
  }
  return best;
}
