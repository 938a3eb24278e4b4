import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SetupError } from "../../src/base/errors.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const peers = join(root, "test/peers/node_modules");

/**
 * Kernelspecs of ours and of the two peers, for `JUPYTER_PATH`.
 *
 * @param folder made when it is not there
 * @returns the names, ours first
 * @throws {SetupError} the peers are not installed, or our own command fails
 */
export function kernelSpecs(folder: string): string[] {
  if (!existsSync(peers))
    throw new SetupError("bench", "the peers are not installed", "cd test/peers && npm ci --ignore-scripts");
  const prefix = join(folder, "prefix");
  const made = spawnSync(process.execPath, [join(root, "bin/sulam.mjs"), "kernel", "install", "--prefix", prefix], {
    encoding: "utf8",
  });
  if (made.status !== 0) throw new SetupError("bench", `kernel install failed: ${made.stderr}`, "Mend that first.");
  const kernels = join(prefix, "share/jupyter/kernels");
  const deno = join(peers, "@deno/linux-x64-glibc/deno");
  const argvs: Record<string, string[]> = {
    tslab: [process.execPath, join(peers, "tslab/bin/tslab"), "kernel", "--config-path", "{connection_file}"],
    deno: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
  };
  for (const [name, argv] of Object.entries(argvs)) {
    mkdirSync(join(kernels, name), { recursive: true });
    const spec = { argv, display_name: name, language: "typescript" };
    writeFileSync(join(kernels, name, "kernel.json"), JSON.stringify(spec));
  }
  return ["sulam", ...Object.keys(argvs)];
}
