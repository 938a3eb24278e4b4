import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "./jupyterPaths.ts";
import { kernelSpec } from "./kernelSpec.ts";
import { type SpecPlace, specFolder } from "./specFolder.ts";

/**
 * Writes the kernelspec named `sulam`, and nothing else; one that is there is replaced.
 *
 * @returns absolute path of the kernel.json
 * @throws {InputError} as `specFolder`
 */
export function installKernel(place: SpecPlace, env: Environment = process.env): string {
  const folder = specFolder(place, env);
  const path = join(folder, "kernel.json");
  mkdirSync(folder, { recursive: true });
  // a Jupyter that looks while we write must not find half a file
  writeFileSync(`${path}.new`, `${JSON.stringify(kernelSpec(), null, 2)}\n`);
  renameSync(`${path}.new`, path);
  return path;
}
