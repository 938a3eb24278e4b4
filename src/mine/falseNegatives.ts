import { InputError } from "../base/errors.ts";
import type { MinedQuery, ScoredText } from "./formatMined.ts";

/** A negative that may well answer its query. */
export interface FalseNegative {
  query: string;
  /** What is known to answer it, best score first. */
  positives: ScoredText[];
  negative: ScoredText;
  /** The negative's score less the least of a positive; above 0 it looks better than something that answers. */
  gap: number;
}

/**
 * The negatives that stand nearest to the positives of their query, or above them, worst first; equal gaps in the order
 * of the queries. Queries without a positive's score have none.
 *
 * @param most how many at most. Default 500.
 * @throws {InputError} `most` below 1
 */
export function falseNegatives(queries: Iterable<MinedQuery>, most = 500): FalseNegative[] {
  if (!Number.isInteger(most) || most < 1)
    throw new InputError("falseNegatives", `most must be a whole number above 0, got ${most}`, "Ask for at least one.");
  let suspects: FalseNegative[] = [];
  const worst = (): FalseNegative[] => suspects.sort((a, b) => b.gap - a.gap).slice(0, most);
  for (const { query, positives, negatives } of queries) {
    if (positives.length === 0) continue;
    const least = positives.reduce((score, positive) => Math.min(score, positive.score), Number.POSITIVE_INFINITY);
    const sorted = [...positives].sort((a, b) => b.score - a.score);
    for (const negative of negatives)
      suspects.push({ query, positives: sorted, negative, gap: negative.score - least });
    // of millions only the worst are held; a stable sort leaves equal gaps as they came
    if (suspects.length > 4 * most + 1000) suspects = worst();
  }
  return worst();
}
