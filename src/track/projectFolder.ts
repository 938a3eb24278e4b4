import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The nearest folder with a package.json, going up from `cwd`; undefined when there is none. */
export function projectFolder(cwd: string): string | undefined {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
