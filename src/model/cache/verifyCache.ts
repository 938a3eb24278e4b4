import { rmSync } from "node:fs";
import { CacheShard } from "./cacheShard.ts";
import { listCache } from "./listCache.ts";

/** What `verifyCache` found. */
export interface CacheCheck {
  rows: number;
  /** Rows whose checksum does not fit; they are never used. */
  damaged: { path: string; rows: number[] }[];
}

/**
 * Reads every vector of a cache and checks it.
 *
 * @param remove whether shards with a damaged row are removed, whole
 * @throws {Error} what the disk throws
 */
export function verifyCache(folder: string, remove = false): CacheCheck {
  const check: CacheCheck = { rows: 0, damaged: [] };
  for (const { path, dimension } of listCache(folder)) {
    const shard = CacheShard.open(path, dimension);
    if (shard === undefined) continue;
    const rows = shard.fresh().map(({ row }) => row);
    const damaged = rows.filter((row) => shard.read(row) === undefined);
    shard.close();
    check.rows += rows.length;
    if (damaged.length === 0) continue;
    check.damaged.push({ path, rows: damaged });
    if (remove) for (const ending of [".keys", ".vectors"]) rmSync(path + ending, { force: true });
  }
  return check;
}
