import type { ThresholdTexts } from "../mine/stream/thresholdFromDisk.ts";
import type { MineJob, MineOutcome } from "./mineJob.ts";
import { toJson } from "./toJson.ts";

/**
 * Writes `{query, pos, neg, posDistances, negDistances}` of each text that has positives and negatives, and counts the
 * others.
 *
 * @param texts how many there are
 */
export async function writeThreshold(
  { output }: MineJob,
  texts: number,
  rows: Iterable<ThresholdTexts>,
): Promise<MineOutcome> {
  const counts = { texts, rows: 0, positives: 0, negatives: 0, noPositive: 0, noNegative: 0 };
  for (const { text, positives, negatives } of rows) {
    if (positives.found === 0) counts.noPositive++;
    if (negatives.found === 0) counts.noNegative++;
    if (positives.found === 0 || negatives.found === 0) continue;
    counts.rows++;
    counts.positives += positives.texts.length;
    counts.negatives += negatives.texts.length;
    const distances = { posDistances: positives.distances, negDistances: negatives.distances };
    await output.write(toJson({ query: text, pos: positives.texts, neg: negatives.texts, ...distances }));
  }
  const { positives, negatives, noPositive, noNegative } = counts;
  return {
    words:
      `${counts.rows} of ${texts} texts have both: ${positives} positives and ${negatives} negatives kept. ` +
      `Left out: ${noPositive} without a positive, ${noNegative} without a negative.`,
    counts,
  };
}
