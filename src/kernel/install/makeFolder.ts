import { mkdirSync, rmdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it that are missing; when one cannot be made, those that were are removed again. Not
 * Node's recursive `mkdir`, which never returns where the system answers "no such file" to a folder that can be none,
 * as below `/proc`.
 *
 * @throws {Error} what the system says, with its `code`
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  let at = folder;
  for (; statSync(at, { throwIfNoEntry: false }) === undefined; at = dirname(at)) missing.unshift(at);
  const made: string[] = [];
  try {
    for (const path of missing) {
      mkdirSync(path);
      made.unshift(path);
    }
  } catch (error) {
    for (const path of made) rmdirSync(path);
    throw error;
  }
}
