import { resolve } from "node:path";
import { projectFolder } from "./projectFolder.ts";

/** What decides where runs are stored. */
export interface StoreDirOptions {
  /** A folder given by the caller (`--store`). */
  dir?: string;
  /** Where SULAM_STORE is looked up, e.g. `process.env`. */
  env: Readonly<Record<string, string | undefined>>;
  /** Where the search for package.json begins, e.g. `process.cwd()`. */
  cwd: string;
}

/**
 * The store's folder: `dir`, else SULAM_STORE, else `.sulam` beside the nearest package.json going up from `cwd` (so
 * that a notebook in `notebooks/` finds the project's runs), else `.sulam` in `cwd`.
 */
export function storeDir(options: StoreDirOptions): { dir: string; isDefault: boolean } {
  const chosen = options.dir || options.env.SULAM_STORE;
  if (chosen) return { dir: resolve(options.cwd, chosen), isDefault: false };
  return { dir: resolve(projectFolder(options.cwd) ?? options.cwd, ".sulam"), isDefault: true };
}
