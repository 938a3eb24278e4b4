import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** `npm run -s bench -- ARGS`, without npm. */
function bench(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const command = ["--import", import.meta.resolve("tsx"), "--conditions=source", "bench/main.ts", ...args];
  return spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
}

test("without a name the benchmarks are listed, each a module that has run()", async () => {
  const { status, stdout } = bench();
  assert.equal(status, 0);
  const names = stdout.trimEnd().split("\n");
  const files = readdirSync(new URL("../../bench/", import.meta.url)).filter((file) => file.endsWith(".ts"));
  assert.deepEqual(
    names,
    files.map((file) => file.slice(0, -3)).filter((name) => !["main", "figure"].includes(name)),
  );
  for (const name of names) {
    const module = await import(new URL(`../../bench/${name}.ts`, import.meta.url).href);
    assert.equal(typeof module.run, "function", name);
  }
});

test("an unknown name exits 2, prints nothing on standard output, and names the nearest", () => {
  const { status, stdout, stderr } = bench("egnine", "--json");
  assert.deepEqual([status, stdout], [2, ""]);
  assert.match(stderr, /there is no benchmark egnine\. Did you mean engine\?/);
});
