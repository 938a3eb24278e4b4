import { checkFile } from "./checkFile.ts";
import type { Driver } from "./driver.ts";
import { APPLICATION_ID, MIGRATIONS } from "./schema.ts";

/**
 * Brings a store's schema to the present version, all steps in one transaction; an empty file becomes a new store.
 *
 * @param migrations the ladder; a test passes its own
 * @throws {StoreError} when the file belongs to another program or to a newer sulam; it is left as it is
 */
export function migrate(db: Driver, migrations: readonly string[] = MIGRATIONS): void {
  if (checkFile(db, migrations.length) === migrations.length) return;
  db.write(() => {
    // Looked at again under the lock: another process may have done the work meanwhile.
    const version = checkFile(db, migrations.length);
    if (version === migrations.length) return;
    for (const step of migrations.slice(version)) db.exec(step);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${migrations.length}`);
  });
}
