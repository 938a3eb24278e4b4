import { createHash, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { syncFolder } from "../base/syncFolder.ts";
import type { Driver } from "./driver.ts";
import { type ReceivedFile, receiveArtifact } from "./receiveArtifact.ts";
import type { RunRow } from "./runRow.ts";
import { StoreError } from "./storeError.ts";
import { TrackError } from "./trackError.ts";

/** A file that belongs to a run. */
export interface ArtifactRecord {
  /** Below the run's artifact folder, with `/`: `tables/recall.json`. */
  path: string;
  /** Bytes. */
  size: number;
  /** Lower-case hex. */
  sha256: string;
  /** Milliseconds since 1970. */
  created: number;
}

/** What an artifact is made from: bytes, or the path of a file to copy. */
export type ArtifactSource = Uint8Array | { file: string };

const CHUNK_BYTES = 1 << 20;

/** The character after `/`: what begins with `folder/` sorts before `folder` and this. */
const AFTER_SLASH = "0";

/**
 * The artifact files of a store. A file is written under a passing name, synced and renamed, and only then listed: what
 * is listed is whole, and a half-written file is never seen.
 */
export class Artifacts {
  /** The folder that `mlflow-artifacts:/` stands for. */
  readonly root: string;
  private readonly db: Driver;
  private readonly now: () => number;

  /** @param root  the folder that `mlflow-artifacts:/` stands for */
  constructor(db: Driver, root: string, now: () => number) {
    this.db = db;
    this.root = root;
    this.now = now;
  }

  /**
   * Stores a file, in place of an older one of the same path.
   * @throws {TrackError} INVALID_PARAMETER_VALUE when the path leaves the run's folder
   * @throws {StoreError} when it cannot be written
   */
  put(row: RunRow, path: string, source: ArtifactSource): ArtifactRecord {
    checkArtifactPath(path);
    const target = this.file(row, path);
    const passing = join(dirname(target), `.${randomBytes(6).toString("hex")}.part`);
    try {
      mkdirSync(dirname(target), { recursive: true });
      return this.adopt(row, path, { file: passing, ...writeSynced(passing, source) });
    } catch (error) {
      remove(passing);
      throw error instanceof TrackError ? error : StoreError.from(error, target);
    }
  }

  /**
   * Stores a file that comes in piece by piece, in place of an older one of the same path. Throws as `put`, and what the
   * stream throws.
   */
  async receive(row: RunRow, path: string, chunks: AsyncIterable<Uint8Array>): Promise<ArtifactRecord> {
    checkArtifactPath(path);
    const target = this.file(row, path);
    const received = await receiveArtifact(this.root, chunks);
    try {
      mkdirSync(dirname(target), { recursive: true });
      return this.adopt(row, path, received);
    } catch (error) {
      remove(received.file);
      throw StoreError.from(error, target);
    }
  }

  /** Removes a file, or a folder with all in it. @returns how many files went */
  remove(row: RunRow, path: string): number {
    checkArtifactPath(path);
    const gone = this.db.write(() => {
      const sql = "SELECT path FROM artifacts WHERE run = ? AND (path = ? OR path >= ? AND path < ?)";
      const found = this.db.all<{ path: string }>(sql, row.run, path, `${path}/`, `${path}${AFTER_SLASH}`);
      for (const one of found) this.db.run("DELETE FROM artifacts WHERE run = ? AND path = ?", row.run, one.path);
      return found;
    });
    // First unlisted, then removed: what is listed is always there.
    for (const one of gone) remove(this.file(row, one.path));
    return gone.length;
  }

  /** One level of a run's files: those in a folder, and its folders. @param below the folder; "" for the topmost */
  level(run: number, below: string): { path: string; size: number | null }[] {
    const start = below === "" ? "" : `${below}/`;
    const sql = "SELECT path, size FROM artifacts WHERE run = ? AND path >= ? AND path < ? ORDER BY path";
    const end = below === "" ? "\u{10ffff}" : `${below}${AFTER_SLASH}`;
    const level = new Map<string, number | null>();
    for (const { path, size } of this.db.all<{ path: string; size: number }>(sql, run, start, end)) {
      const [name, ...more] = path.slice(start.length).split("/");
      level.set(start + name, more.length === 0 ? size : null);
    }
    return [...level].map(([path, size]) => ({ path, size }));
  }

  /** Lists a file without storing it: for runs that came from another store by their hashes only. */
  note(run: number, { path, size, sha256, created }: ArtifactRecord): void {
    this.db.run("INSERT OR REPLACE INTO artifacts VALUES(?, ?, ?, ?, ?)", run, path, size, sha256, created);
  }

  /** A run's files, by path. @param below only those in this folder */
  list(run: number, below = ""): ArtifactRecord[] {
    const sql = "SELECT path, size, sha256, created FROM artifacts WHERE run = ? ORDER BY path";
    const start = below === "" ? "" : `${below.replace(/\/+$/, "")}/`;
    return this.db.all<ArtifactRecord>(sql, run).filter(({ path }) => path.startsWith(start));
  }

  /** Where the file lies. @throws {TrackError} RESOURCE_DOES_NOT_EXIST when the run has no such file */
  locate(row: RunRow, path: string): string {
    if (this.db.get("SELECT 1 FROM artifacts WHERE run = ? AND path = ?", row.run, path) === undefined)
      throw new TrackError(
        "RESOURCE_DOES_NOT_EXIST",
        "artifact",
        `run ${row.run_id} has no \`${path}\``,
        "List the run's artifacts.",
      );
    return this.file(row, path);
  }

  /** Moved and listed under one lock, so that of two writers of one path the same one wins both. */
  private adopt(row: RunRow, path: string, { file, size, sha256 }: ReceivedFile): ArtifactRecord {
    const target = this.file(row, path);
    const record: ArtifactRecord = { path, size, sha256, created: this.now() };
    this.db.write(() => {
      renameSync(file, target);
      syncFolder(dirname(target));
      this.note(row.run, record);
    });
    return record;
  }

  private file(row: RunRow, path: string): string {
    const [, inside] = /^mlflow-artifacts:\/+(.*)$/.exec(row.artifact_uri) ?? [];
    if (inside === undefined)
      throw new TrackError(
        "INVALID_STATE",
        "artifact",
        `the files of run ${row.run_id} lie at ${row.artifact_uri}, out of this store's reach`,
        "Use a client that knows that place.",
      );
    return resolve(this.root, inside, path);
  }
}

/** @throws {TrackError} INVALID_PARAMETER_VALUE unless the path is relative, plain and stays below its folder */
export function checkArtifactPath(path: string): void {
  const parts = typeof path === "string" ? path.split("/") : [];
  const isPlain = parts.length > 0 && parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (!isPlain || /[\\\0]/.test(path) || parts.some((part) => Buffer.byteLength(part) > 240))
    throw new TrackError(
      "INVALID_PARAMETER_VALUE",
      "artifact",
      `\`${String(path).slice(0, 80)}\` is not a relative path without \`..\``,
      "Name it like `figures/recall.json`.",
    );
}

function writeSynced(path: string, source: ArtifactSource): { size: number; sha256: string } {
  const hash = createHash("sha256");
  const out = openSync(path, "wx");
  let size = 0;
  try {
    for (const bytes of source instanceof Uint8Array ? [source] : chunks(source.file)) {
      hash.update(bytes);
      for (let at = 0; at < bytes.length; ) at += writeSync(out, bytes, at);
      size += bytes.length;
    }
    fsyncSync(out);
  } finally {
    closeSync(out);
  }
  return { size, sha256: hash.digest("hex") };
}

function* chunks(path: string): Generator<Uint8Array> {
  const input = openSync(path, "r");
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    for (let n = readSync(input, buffer); n > 0; n = readSync(input, buffer)) yield buffer.subarray(0, n);
  } finally {
    closeSync(input);
  }
}

/** The first error is the one to tell, so a second one is passed over. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}
