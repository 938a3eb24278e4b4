import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkFile } from "./checkFile.ts";
import { BUSY_TIMEOUT_MS, Driver } from "./driver.ts";
import { journalMode } from "./journalMode.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./schema.ts";
import { Store } from "./store.ts";
import { storeDir } from "./storeDir.ts";
import { StoreError } from "./storeError.ts";

/** What `openStore` takes. */
export interface StoreOptions {
  /** The store's folder. Default: SULAM_STORE, else `.sulam` beside the nearest package.json. */
  dir?: string;
  /** Default: `process.env`. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Default: `process.cwd()`. */
  cwd?: string;
  /** Milliseconds since 1970. Default: `Date.now`. */
  now?: () => number;
  /** Default: what suits the folder's file system. */
  journal?: "wal" | "delete";
}

/** The SQLite file in a store's folder. */
const FILE = "runs.db";

/**
 * Opens the store, or makes it. The default folder ignores itself in git.
 *
 * Durability: WAL with `synchronous = NORMAL`. A call that returned is in the file system's hands, so kill -9 loses
 * nothing; a power cut may lose the last moments but damages nothing, and ending a run writes through to the disk.
 * FULL would wait for the disk at every call: 383 calls a second in place of 7,800 (measured on one machine). On network
 * file systems the rollback journal is used, with FULL.
 *
 * @throws {StoreError} when the folder or file cannot be used; a file that is not ours is left as it is
 */
export function openStore(options: StoreOptions = {}): Store {
  const { dir, isDefault } = storeDir({
    dir: options.dir,
    env: options.env ?? process.env,
    cwd: options.cwd ?? process.cwd(),
  });
  try {
    makeFolder(dir);
    const ignore = join(dir, ".gitignore");
    if (isDefault && !existsSync(ignore)) writeFileSync(ignore, "*\n");
  } catch (error) {
    throw StoreError.from(error, dir);
  }
  const db = new Driver(join(dir, FILE));
  try {
    checkFile(db, MIGRATIONS.length);
    setJournal(db, options.journal ?? journalMode(dir));
    migrate(db);
    return new Store(dir, db, options.now ?? Date.now);
  } catch (error) {
    db.close();
    throw error;
  }
}

function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    // On a read-only disk the recursive call says ENOENT; making the topmost missing folder says why.
    let missing = dir;
    while (!existsSync(dirname(missing))) missing = dirname(missing);
    if (!existsSync(missing)) mkdirSync(missing);
    throw error;
  }
}

/** Leaves a right mode alone, and so never asks for the lock that a change takes. */
function setJournal(db: Driver, mode: "wal" | "delete"): void {
  const give = Date.now() + BUSY_TIMEOUT_MS;
  while (db.pragma("journal_mode") !== mode) {
    try {
      // SQLite may refuse WAL (no shared memory) and says so by returning the old mode.
      if (db.pragma(`journal_mode = ${mode}`) !== mode) break;
    } catch (error) {
      // Changing the mode does not honour the busy timeout when several processes make a new store at once.
      if (!(error instanceof StoreError) || !error.code.startsWith("SQLITE_BUSY") || Date.now() > give) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
  db.pragma(`synchronous = ${db.pragma("journal_mode") === "wal" ? "NORMAL" : "FULL"}`);
}
