import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "../../base/isAlive.ts";
import { CacheShard } from "./cacheShard.ts";

/** A shard of a cache, as it lies on the disk. */
export interface CacheFile {
  /** Without its ending. */
  path: string;
  /** The model's key. */
  model: string;
  /** D */
  dimension: number;
  /** Whole entries. */
  rows: number;
  /** Of both files. */
  bytes: number;
  /** When it was last written or found useful, in milliseconds since 1970. */
  used: number;
  /** Whether a running process may still write to it. */
  written: boolean;
}

/** The shards of a cache, by path. Files of other names are left out. @throws {Error} what the disk throws */
export function listCache(folder: string): CacheFile[] {
  if (!existsSync(folder)) return [];
  const files: CacheFile[] = [];
  for (const model of readdirSync(folder).sort()) {
    const [, key, dimension] = /^([0-9a-f]{64})-(\d+)$/.exec(model) ?? [];
    if (key === undefined) continue;
    const names = readdirSync(join(folder, model)).map((name) =>
      /^(\d+-(\d+)-[0-9a-f]{8})\.(keys|vectors)$/.exec(name),
    );
    for (const [name, pid] of new Map(names.flatMap((match) => (match ? [[match[1], Number(match[2])]] : [])))) {
      const path = join(folder, model, name);
      const [keys, vectors] = [sizeOf(`${path}.keys`), sizeOf(`${path}.vectors`)];
      const rows = Math.min(Math.floor(keys.size / 48), Math.floor(vectors.size / (4 * Number(dimension))));
      const used = Math.max(keys.mtimeMs, vectors.mtimeMs);
      const bytes = keys.size + vectors.size;
      files.push({
        path,
        model: key,
        dimension: Number(dimension),
        rows,
        bytes,
        used,
        written: pid === process.pid ? CacheShard.written.has(path) : isAlive(pid),
      });
    }
  }
  return files;
}

function sizeOf(path: string): { size: number; mtimeMs: number } {
  return statSync(path, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
}
