import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import { COLLECTED_ENDINGS } from "./looseRows.ts";

/**
 * The files to collect: files as they are named, folders with all that is in them and can be read, in the order of
 * their names.
 *
 * @returns the files, and how many others the folders hold
 * @throws {InputError} a path that is not there, nothing to read
 */
export async function sourceFiles(paths: readonly string[]): Promise<{ files: string[]; others: number }> {
  const files: string[] = [];
  let others = 0;
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) throw new InputError(path, "no such file or folder", "Check the path.");
    if (!found.isDirectory()) {
      files.push(path);
      continue;
    }
    const inside = await readdir(path, { recursive: true, withFileTypes: true });
    const all = inside
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    const known = all.filter((file) => COLLECTED_ENDINGS.test(file)).sort();
    files.push(...known);
    others += all.length - known.length;
  }
  if (files.length === 0)
    throw new InputError(
      paths.join(", "),
      "holds no file that can be read",
      "Name .jsonl, .csv, .parquet, .txt or .html.",
    );
  return { files, others };
}
