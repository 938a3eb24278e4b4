import type { QueryScores } from "./scoreRankings.ts";

/** The mean of each measure, by name and in the same order. */
export function meansOf(scores: QueryScores): Record<string, number> {
  const means = [...scores].map(([name, values]) => [name, values.reduce((sum, x) => sum + x, 0) / values.length]);
  return Object.fromEntries(means);
}
