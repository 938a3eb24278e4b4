import type { Driver } from "./driver.ts";
import { APPLICATION_ID } from "./schema.ts";
import { StoreError } from "./storeError.ts";

/**
 * Looks, without changing anything, whether a file is a store (or still empty).
 *
 * @param known the newest schema that this program knows
 * @returns the file's schema version; 0 for an empty file
 * @throws {StoreError} when the file belongs to another program or to a newer sulam, or is no SQLite file at all
 */
export function checkFile(db: Driver, known: number): number {
  // In one snapshot: another process may be making the store at this moment.
  const { id, version, isEmpty } = db.read(() => ({
    id: db.pragma("application_id") as number,
    version: db.pragma("user_version") as number,
    isEmpty: db.get("SELECT 1 FROM sqlite_master LIMIT 1") === undefined,
  }));
  if (id !== APPLICATION_ID && !(isEmpty && id === 0 && version === 0))
    throw new StoreError(
      db.path,
      "this SQLite file belongs to another program",
      "Choose another folder with `--store` or SULAM_STORE.",
      { code: "FOREIGN" },
    );
  if (version > known)
    throw new StoreError(
      db.path,
      `this store has schema ${version} and was written by a newer sulam; this one knows ${known}`,
      "Update with `npm install sulam@latest`.",
      { code: "NEWER" },
    );
  return version;
}
