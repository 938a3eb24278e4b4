/**
 * Texts in batches of at most `budget` tokens; a longer text is a batch of its own. Texts of like length share a batch,
 * which keeps attention in few buckets; the longest come first, so that a lack of memory shows at once.
 *
 * @param lengths [N] tokens of each text
 * @returns the places of the texts of each batch
 */
export function tokenBatches(lengths: readonly number[], budget: number): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b] - lengths[a] || a - b);
  const batches: number[][] = [];
  let tokens = Number.POSITIVE_INFINITY;
  for (const i of order) {
    if (tokens + lengths[i] > budget) {
      batches.push([]);
      tokens = 0;
    }
    batches[batches.length - 1].push(i);
    tokens += lengths[i];
  }
  return batches;
}
