import type { OnProgress } from "../../base/progress.ts";
import type { Vectors } from "../../base/vectors.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Embedder, EncodeOptions } from "../embedder.ts";
import { modelKey } from "../modelKey.ts";
import { EmbeddingCache, type EmbeddingCacheOptions } from "./embeddingCache.ts";

/** An embedder that looks into a cache first. */
export interface CachedEncoder {
  readonly engine: Engine;
  encode(texts: readonly string[], options?: { onProgress?: OnProgress }): Promise<Vectors>;
  /** Texts found in the cache and texts encoded, so far. */
  readonly counts: { found: number; encoded: number };
}

/** Texts encoded between two writes: what kill -9 can cost. */
const CHUNK = 4096;

/**
 * The same encoder, but vectors that a cache on disk holds are read from there and new ones are kept in it. The model's
 * key is worked out anew in each call, so weights that training changed meanwhile never find an old vector.
 *
 * @param options of `EmbeddingCache`, and those that each text is encoded with
 */
export function cachedEncoder(
  embedder: Embedder,
  options: EmbeddingCacheOptions & Omit<EncodeOptions, "onProgress">,
): CachedEncoder {
  const { autocast, tokenBudget, ...place } = options;
  const counts = { found: 0, encoded: 0 };
  return {
    engine: embedder.engine,
    counts,
    async encode(texts, { onProgress } = {}): Promise<Vectors> {
      if (texts.length === 0) return embedder.encode(texts);
      const d = embedder.dimension;
      const cache = new EmbeddingCache(modelKey(embedder, { autocast }), place);
      try {
        const unique = [...new Set(texts)];
        const known = new Map<string, Float32Array>();
        for (const [i, vector] of cache.get(unique).entries()) if (vector) known.set(unique[i], vector);
        const missing = unique.filter((text) => !known.has(text));
        const found = unique.length - missing.length;
        counts.found += found;
        for (let from = 0; from < missing.length; from += CHUNK) {
          const chunk = missing.slice(from, from + CHUNK);
          const report: OnProgress = ({ done, note }) =>
            onProgress?.({ done: found + from + done, total: unique.length, note });
          const { data } = await embedder.encode(chunk, { autocast, tokenBudget, onProgress: report });
          cache.put(chunk, data);
          counts.encoded += chunk.length;
          for (const [i, text] of chunk.entries()) known.set(text, data.subarray(i * d, (i + 1) * d));
        }
        const data = new Float32Array(texts.length * d);
        for (const [i, text] of texts.entries()) data.set(known.get(text)!, i * d);
        return { data, n: texts.length, d };
      } finally {
        cache.close();
      }
    },
  };
}
