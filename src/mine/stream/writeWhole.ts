import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { syncFolder } from "../../base/syncFolder.ts";

/**
 * Writes texts one after the other. The file appears whole or not at all: it is written as `beside`, flushed to the disk,
 * then renamed.
 *
 * @throws {Error} what the disk or `texts` throws
 */
export function writeWhole(
  path: string,
  texts: Iterable<string>,
  beside: string = `${path}.${process.pid}.part`,
): void {
  const file = openSync(beside, "w");
  try {
    for (const text of texts) {
      const bytes = Buffer.from(text);
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    }
    fsyncSync(file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
  syncFolder(dirname(path));
}
