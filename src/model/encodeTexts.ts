import type { OnProgress } from "../base/progress.ts";
import type { Vectors } from "../base/vectors.ts";
import { tokenBatches } from "./tokenBatches.ts";

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
 * Vectors of many texts, in their order. Equal texts are encoded once.
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
    const lengths = ids.map(({ length }) => length);
    for (const batch of tokenBatches(lengths, options.tokenBudget)) {
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
