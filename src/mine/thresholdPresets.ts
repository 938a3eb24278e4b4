import type { ThresholdOptions } from "./mineByThreshold.ts";

/** Thresholds, caps and kind of distance of one of the paper's sets. */
export type ThresholdPreset = Pick<ThresholdOptions, "positive" | "negative" | "normalize" | "positives" | "negatives">;

const all = [Infinity, Infinity] as const;
const preset = (
  positive: number,
  negative: number,
  normalize: boolean,
  [positives, negatives]: readonly number[] = all,
): ThresholdPreset => ({
  positive,
  negative,
  normalize,
  positives,
  negatives,
});

/**
 * The thresholds and caps that the paper's authors used, by model and set: `ada` is text-embedding-ada-002, `bge` is
 * bge-large-en, `post` their own model of 1 B parameters. An infinite cap keeps all. Where the vectors were of length 1,
 * so are ours. Their code sometimes has < for <=, or >= for >; in float64 no pair of texts tells the difference.
 *
 * @see https://github.com/mesolitica/llm-embedding, mining-openai, mining-bge and post-mining
 */
export const thresholdPresets: Readonly<Record<string, ThresholdPreset>> = {
  "ada-b.cari": preset(0.45, 0.8, true, [Infinity, 10]),
  "ada-twitter": preset(0.45, 0.8, true),
  "ada-facebook": preset(0.45, 0.8, true),
  "ada-carigold": preset(0.45, 0.85, true),
  "ada-lowyat": preset(0.45, 0.85, true),
  "bge-twitter": preset(8, 15, false, [5, 5]),
  "bge-b.cari": preset(8, 15, false, [5, 5]),
  "bge-c.cari": preset(10.5, 17.6, false, [5, 5]),
  "bge-manglish": preset(10, 15, false, [5, 5]),
  "bge-hansard": preset(0.4, 0.7, true, [5, 5]),
  "bge-iium": preset(0.45, 0.7, true, [5, 5]),
  "bge-news": preset(0.6, 0.9, true, [5, 5]),
  "post-carigold": preset(0.6, 1.2, true, [6, 5]),
  "post-lowyat": preset(0.6, 1.3, true, [6, 5]),
  "post-twitter": preset(0.65, 1.3, true, [6, 5]),
  "post-news": preset(0.57, 1.3, true, [6, 5]),
  "post-iium": preset(0.5, 1, true, [6, 5]),
  "post-facebook": preset(0.7, 1.3, true, [6, 5]),
};
