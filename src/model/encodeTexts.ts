import type { OnProgress } from "../base/progress.ts";
import type { Vectors } from "../base/vectors.ts";

/** What `encodeTexts` needs of a model. */
export interface TextEncoder {
  /** D */
  dimension: number;
  tokenize(texts: readonly string[]): number[][];
  /** [B, D] row-major vectors of one batch. */
  vectors(ids: number[][]): Float32Array;
}

/** Options of `encodeTexts`. */
export interface EncodeTextsOptions {
  /** Real tokens of a batch at most; a longer text is a batch of its own. */
  tokenBudget: number;
  onProgress?: OnProgress;
}

/** Texts tokenized at once: their ids are held until they are encoded. */
const CHUNK = 16384;

/**
 * Vectors of many texts, in their order. Equal texts are encoded once. Texts of like length share a batch, which keeps
 * attention in few buckets; the longest come first, so that a lack of memory shows at once.
 *
 * @returns [N, D]
 */
export async function encodeTexts(
  model: TextEncoder,
  texts: readonly string[],
  options: EncodeTextsOptions,
): Promise<Vectors> {
  const d = model.dimension;
  const data = new Float32Array(texts.length * d);
  const places = new Map<string, number[]>();
  texts.forEach((text, i) => {
    const at = places.get(text);
    if (at === undefined) places.set(text, [i]);
    else at.push(i);
  });
  const unique = [...places.keys()];
  let done = 0;
  for (let start = 0; start < unique.length; start += CHUNK) {
    const chunk = unique.slice(start, start + CHUNK);
    const ids = model.tokenize(chunk);
    for (const batch of batchesUnder(ids, options.tokenBudget)) {
      const vectors = model.vectors(batch.map((i) => ids[i]));
      batch.forEach((i, row) => {
        const vector = vectors.subarray(row * d, (row + 1) * d);
        for (const place of places.get(chunk[i])!) data.set(vector, place * d);
      });
      done += batch.length;
      options.onProgress?.({ done, total: unique.length, note: "texts" });
      // Lets timers, signals and other requests run between batches.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return { data, n: texts.length, d };
}

/** Indices of `ids` in batches of at most `budget` tokens, longest texts first. */
function batchesUnder(ids: number[][], budget: number): number[][] {
  const order = ids.map((_, i) => i).sort((a, b) => ids[b].length - ids[a].length || a - b);
  const batches: number[][] = [];
  let tokens = Number.POSITIVE_INFINITY;
  for (const i of order) {
    if (tokens + ids[i].length > budget) {
      batches.push([]);
      tokens = 0;
    }
    batches[batches.length - 1].push(i);
    tokens += ids[i].length;
  }
  return batches;
}
