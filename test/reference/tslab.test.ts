import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { scratch, skip } from "./python.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const tslab = join(root, "test/peers/node_modules/tslab/bin/tslab");

interface Output {
  output_type: string;
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
}

test("a notebook that imports only tslab runs the same under tslab and under our kernel", { skip }, () => {
  assert.ok(existsSync(tslab), "`npm run reference` installs test/peers");
  const folder = scratch();
  const spec = join(folder, "jupyter/kernels/tslab");
  mkdirSync(spec, { recursive: true });
  const argv = [process.execPath, tslab, "kernel", "--config-path", "{connection_file}"];
  writeFileSync(join(spec, "kernel.json"), JSON.stringify({ argv, display_name: "tslab", language: "typescript" }));
  const env = { ...process.env, JUPYTER_PATH: join(folder, "jupyter") };
  const run = (...kernel: string[]): Output[][] => {
    const output = join(folder, `${kernel[1] ?? "own"}.ipynb`);
    const args = [
      join(root, "bin/sulam.mjs"),
      "notebook",
      "run",
      join(root, "test/fixtures/kernel/tslab.ipynb"),
      output,
    ];
    // tslab looks for @types/node from its working directory
    const where = ["--cwd", join(root, "test/peers")];
    const { status, stderr } = spawnSync(process.execPath, [...args, ...where, ...kernel], { env, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const { cells } = JSON.parse(readFileSync(output, "utf8")) as { cells: { outputs: Output[] }[] };
    return cells.map(({ outputs }) => outputs);
  };
  const [theirs, ours] = [run("--kernel", "tslab"), run()];
  for (const [i, outputs] of theirs.entries()) assert.deepEqual(essence(ours[i]), essence(outputs), `cell ${i}`);
  assert.ok(theirs.flat().length > 12, "the fixture shows something in most of its cells");
});

/** What a reader sees: the streams' text whole, whatever pieces it came in, and the displays in their order. */
function essence(outputs: readonly Output[]): { stdout: string; stderr: string; displays: unknown[] } {
  const text = (name: string): string =>
    outputs.flatMap((one) => (one.name === name ? [one.text ?? ""].flat() : [])).join("");
  const displays = outputs.flatMap(({ data }) => (data ? [data] : []));
  return { stdout: text("stdout"), stderr: text("stderr"), displays };
}
