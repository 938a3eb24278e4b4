import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readdirSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Bytes of one entry of a `.keys` file: sha256 of the text, then a checksum of that and the vector. */
const ENTRY = 48;
const HASH = 32;

/**
 * One pair of files of a cache: `NAME.keys` and `NAME.vectors`, row i of the one for row i of the other. Only the process
 * that made a shard appends to it, vectors first, so whatever the last entry of the keys names is there in full; what a
 * killed process left half written lies behind it and is never read.
 */
export class CacheShard {
  /** Paths that this process writes to at present. */
  static readonly written: Set<string> = new Set();
  /** Path without the ending. */
  readonly path: string;
  /** D */
  readonly dimension: number;
  private readonly keys: number;
  private readonly vectors: number;
  private readonly writes: boolean;
  private rows = 0;

  private constructor(path: string, dimension: number, mode: "r" | "wx+") {
    this.path = path;
    this.dimension = dimension;
    this.writes = mode !== "r";
    this.vectors = openSync(`${path}.vectors`, mode);
    this.keys = openSync(`${path}.keys`, mode);
  }

  /** A new shard, which is this process's to write. @throws {Error} what `node:fs` throws */
  static create(path: string, dimension: number): CacheShard {
    const shard = new CacheShard(path, dimension, "wx+");
    CacheShard.written.add(path);
    return shard;
  }

  /** A shard that is there, or `undefined` when it was removed meanwhile. */
  static open(path: string, dimension: number): CacheShard | undefined {
    try {
      return new CacheShard(path, dimension, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Paths, without endings, of the shards in a folder, by name. */
  static list(folder: string): string[] {
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => name.endsWith(".keys"));
    return names.sort().map((name) => join(folder, name.slice(0, -".keys".length)));
  }

  /** Appends vectors [texts, D] and flushes them to the disk. @throws {Error} what the disk throws, e.g. when it is full */
  append(hashes: readonly Buffer[], vectors: Float32Array): void {
    const { dimension } = this;
    const bytes = Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength);
    const width = dimension * 4;
    const entries = hashes.map((hash, i) =>
      Buffer.concat([hash, checksum(hash, bytes.subarray(i * width, (i + 1) * width))]),
    );
    writeAll(this.vectors, bytes, this.rows * width);
    fsyncSync(this.vectors);
    writeAll(this.keys, Buffer.concat(entries), this.rows * ENTRY);
    fsyncSync(this.keys);
    this.rows += hashes.length;
  }

  /** Text hashes of the rows that came since the last call, in order, each with its row. */
  fresh(): { hash: Buffer; row: number }[] {
    const whole = Math.min(
      Math.floor(fstatSync(this.keys).size / ENTRY),
      Math.floor(fstatSync(this.vectors).size / (this.dimension * 4)),
    );
    const found: { hash: Buffer; row: number }[] = [];
    if (whole <= this.rows) return found;
    const bytes = readExactly(this.keys, (whole - this.rows) * ENTRY, this.rows * ENTRY);
    for (let at = 0; this.rows < whole; this.rows++, at += ENTRY)
      found.push({ hash: bytes.subarray(at, at + HASH), row: this.rows });
    return found;
  }

  /** The vector of a row, or `undefined` when its checksum does not fit. */
  read(row: number): Float32Array | undefined {
    const entry = readExactly(this.keys, ENTRY, row * ENTRY);
    const width = this.dimension * 4;
    const bytes = readExactly(this.vectors, width, row * width);
    if (!checksum(entry.subarray(0, HASH), bytes).equals(entry.subarray(HASH))) return undefined;
    return new Float32Array(bytes.buffer, bytes.byteOffset, this.dimension);
  }

  /** Bytes of both files. */
  bytes(): number {
    return fstatSync(this.keys).size + fstatSync(this.vectors).size;
  }

  close(): void {
    if (this.writes) CacheShard.written.delete(this.path);
    closeSync(this.keys);
    closeSync(this.vectors);
  }
}

function checksum(hash: Uint8Array, vector: Uint8Array): Buffer {
  return createHash("sha256")
    .update(hash)
    .update(vector)
    .digest()
    .subarray(0, ENTRY - HASH);
}

function writeAll(file: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done);
}

/** Zeros stand for what the file no longer has; the checksum then tells. */
function readExactly(file: number, length: number, at: number): Buffer {
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let done = 0; done < length; ) {
    const read = readSync(file, bytes, done, length - done, at + done);
    if (read === 0) break;
    done += read;
  }
  return bytes;
}
