import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../bin/sulam.mjs", import.meta.url));

/** Installs our kernelspec below a folder, as a user would, and tells the JUPYTER_PATH by which Jupyter finds it. */
export function installedKernel(folder: string): string {
  const prefix = join(folder, "prefix");
  const { status, stderr } = spawnSync(process.execPath, [cli, "kernel", "install", "--prefix", prefix], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return join(prefix, "share/jupyter");
}
