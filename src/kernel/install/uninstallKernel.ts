import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "./jupyterPaths.ts";
import { type SpecPlace, specFolder } from "./specFolder.ts";
import { unwritable } from "./unwritable.ts";

/**
 * Removes the kernelspec named `sulam` from a place.
 *
 * @returns the folder that was removed; undefined when there was none
 * @throws {InputError} as `specFolder`, and when it cannot be removed
 */
export function uninstallKernel(place: SpecPlace, env: Environment = process.env): string | undefined {
  const folder = specFolder(place, env);
  if (!existsSync(join(folder, "kernel.json"))) return undefined;
  try {
    rmSync(folder, { recursive: true });
  } catch (cause) {
    throw unwritable(folder, "removed", cause);
  }
  return folder;
}
