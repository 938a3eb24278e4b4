import type { Example } from "../data/examplesFrom.ts";

/**
 * Mined examples with the negatives that they had before, which stand first, each text once. Where there are such, scores
 * are left out: only those of mined negatives are known.
 *
 * @param mined    one for each of `examples`, in their order
 * @param examples what was mined
 */
export function withOwnNegatives(mined: readonly Example[], examples: readonly Example[]): Example[] {
  return mined.map((example, i) => {
    const { neg: own } = examples[i];
    if (own.length === 0) return example;
    const { negScores: _, ...rest } = example;
    return { ...rest, neg: [...new Set([...own, ...example.neg])] };
  });
}
