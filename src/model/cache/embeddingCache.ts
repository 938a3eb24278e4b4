import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { syncFolder } from "../../base/syncFolder.ts";
import type { ModelKey } from "../modelKey.ts";
import { CacheShard } from "./cacheShard.ts";
import { pruneCache } from "./pruneCache.ts";

/** Where vectors are kept, and how much of the disk they may take. */
export interface EmbeddingCacheOptions {
  /** Made when it is not there. */
  folder: string;
  /** Least recently used shards leave when the cache is larger. Default 10 GiB. */
  maxBytes?: number;
  /** Default: the system's clock. */
  now?: () => Date;
}

/** A shard is closed and another begun at this size, so that eviction takes little at once. */
const SHARD_BYTES = 64 << 20;
const MAX_BYTES = 10 * 2 ** 30;

/**
 * Vectors of one model on disk, by the sha256 of their text. Safe against kill -9 and against other processes that use
 * the same folder: each writes shards of its own and sees the others' when it looks. The folder of a model is named after
 * its `ModelKey`, so a model with other weights finds nothing here.
 */
export class EmbeddingCache {
  private readonly folder: string;
  private readonly options: Required<EmbeddingCacheOptions>;
  private readonly dimension: number;
  private readonly shards = new Map<string, CacheShard>();
  private readonly places = new Map<string, { shard: CacheShard; row: number }>();
  private own: CacheShard | undefined;
  private rowsOfOwn = 0;

  constructor({ key, dimension }: ModelKey, options: EmbeddingCacheOptions) {
    this.options = { maxBytes: MAX_BYTES, now: () => new Date(), ...options };
    this.folder = join(options.folder, `${key}-${dimension}`);
    this.dimension = dimension;
    mkdirSync(this.folder, { recursive: true });
  }

  /** The vectors of texts, in order; `undefined` where there is none, or a damaged one. */
  get(texts: readonly string[]): (Float32Array | undefined)[] {
    this.look();
    const used = new Set<CacheShard>();
    const found = texts.map((text) => {
      const place = this.places.get(hashOf(text).toString("latin1"));
      const vector = place?.shard.read(place.row);
      if (place && vector) used.add(place.shard);
      return vector;
    });
    for (const shard of used) this.touch(shard);
    return found;
  }

  /** Keeps vectors [texts, D]: they are on the disk when this returns. @throws {Error} what the disk throws */
  put(texts: readonly string[], vectors: Float32Array): void {
    if (this.own === undefined || this.own.bytes() >= SHARD_BYTES) this.own = this.begin();
    const hashes = texts.map(hashOf);
    const first = this.rowsOfOwn;
    this.own.append(hashes, vectors);
    if (first === 0) syncFolder(this.folder);
    for (const [i, hash] of hashes.entries())
      this.places.set(hash.toString("latin1"), { shard: this.own, row: first + i });
    this.rowsOfOwn += texts.length;
    pruneCache(this.options.folder, { maxBytes: this.options.maxBytes });
  }

  /** Closes its files. */
  close(): void {
    for (const shard of this.shards.values()) shard.close();
    this.shards.clear();
    this.places.clear();
    this.own = undefined;
  }

  private begin(): CacheShard {
    if (this.own) CacheShard.written.delete(this.own.path);
    const name = `${this.options.now().getTime()}-${process.pid}-${randomBytes(4).toString("hex")}`;
    const shard = CacheShard.create(join(this.folder, name), this.dimension);
    this.shards.set(shard.path, shard);
    this.rowsOfOwn = 0;
    return shard;
  }

  /** Takes note of what other processes have written or removed. */
  private look(): void {
    const there = new Set(CacheShard.list(this.folder));
    for (const [path, shard] of this.shards) {
      if (there.has(path) || shard === this.own) continue;
      // it was evicted: its file stays readable here until it is closed
      for (const [hash, place] of this.places) if (place.shard === shard) this.places.delete(hash);
      shard.close();
      this.shards.delete(path);
    }
    for (const path of there) {
      const shard = this.shards.get(path) ?? CacheShard.open(path, this.dimension);
      if (shard === undefined || shard === this.own) continue;
      this.shards.set(path, shard);
      for (const { hash, row } of shard.fresh()) this.places.set(hash.toString("latin1"), { shard, row });
    }
  }

  /** Marks a shard as used now, for eviction. */
  private touch(shard: CacheShard): void {
    const now = this.options.now();
    try {
      utimesSync(`${shard.path}.keys`, now, now);
    } catch {
      // evicted meanwhile, or a folder that may only be read
    }
  }
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
