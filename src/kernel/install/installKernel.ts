import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "./jupyterPaths.ts";
import { kernelSpec } from "./kernelSpec.ts";
import { makeFolder } from "./makeFolder.ts";
import { type SpecPlace, specFolder } from "./specFolder.ts";
import { unwritable } from "./unwritable.ts";

/**
 * Writes the kernelspec named `sulam`, and nothing else; one that is there is replaced.
 *
 * @returns absolute path of the kernel.json
 * @throws {InputError} as `specFolder`, and when the place cannot be written to; then no file is left there
 */
export function installKernel(place: SpecPlace, env: Environment = process.env): string {
  const folder = specFolder(place, env);
  const path = join(folder, "kernel.json");
  try {
    makeFolder(folder);
    write(path, `${JSON.stringify(kernelSpec(), null, 2)}\n`);
  } catch (cause) {
    throw unwritable(path, "written", cause);
  }
  return path;
}

/** A Jupyter that looks while we write must not find half a file. */
function write(path: string, text: string): void {
  const part = `${path}.new`;
  try {
    writeFileSync(part, text);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
