import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "./jupyterPaths.ts";
import { type SpecPlace, specFolder } from "./specFolder.ts";

/**
 * Removes the kernelspec named `sulam` from a place.
 *
 * @returns the folder that was removed; undefined when there was none
 * @throws {InputError} as `specFolder`
 */
export function uninstallKernel(place: SpecPlace, env: Environment = process.env): string | undefined {
  const folder = specFolder(place, env);
  if (!existsSync(join(folder, "kernel.json"))) return undefined;
  rmSync(folder, { recursive: true });
  return folder;
}
