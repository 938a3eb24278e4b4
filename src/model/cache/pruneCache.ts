import { rmSync } from "node:fs";
import { type CacheFile, listCache } from "./listCache.ts";

/** What leaves the cache. */
export interface PruneOptions {
  /** Least recently used shards leave until the rest is at most this large. */
  maxBytes?: number;
  /** Models (their keys) that leave whole. */
  models?: readonly string[];
}

/** What left. */
export interface Pruned {
  shards: number;
  bytes: number;
}

/**
 * Makes a cache smaller. A shard that a running process of this machine may still write to stays, so that no process
 * loses what it has just encoded; parts of shards that killed processes left go.
 *
 * @throws {Error} what the disk throws
 */
export function pruneCache(folder: string, { maxBytes, models = [] }: PruneOptions): Pruned {
  const pruned = { shards: 0, bytes: 0 };
  const remove = (file: CacheFile): void => {
    // keys first: vectors without keys are nothing to any reader
    rmSync(`${file.path}.keys`, { force: true });
    rmSync(`${file.path}.vectors`, { force: true });
    pruned.shards++;
    pruned.bytes += file.bytes;
  };
  const files = listCache(folder);
  const kept: CacheFile[] = [];
  for (const file of files) {
    if (file.written) kept.push(file);
    else if (models.includes(file.model) || file.rows === 0) remove(file);
    else kept.push(file);
  }
  if (maxBytes === undefined) return pruned;
  let bytes = kept.reduce((sum, file) => sum + file.bytes, 0);
  for (const file of kept.sort((a, b) => a.used - b.used || a.path.localeCompare(b.path))) {
    if (bytes <= maxBytes) break;
    if (file.written) continue;
    remove(file);
    bytes -= file.bytes;
  }
  return pruned;
}
