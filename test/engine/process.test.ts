import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

/** Runs a file of `child/` in a process of its own. */
function run(
  file: string,
  args: string[] = [],
  env: Record<string, string> = {},
): { stdout: string; stderr: string; status: number | null } {
  const path = fileURLToPath(new URL(`child/${file}`, import.meta.url));
  // one thread for V8, too: where it compiles beside the program, when it takes its memory depends on what else runs
  const node = ["--import", "tsx", "--conditions=source", "--expose-gc", "--single-threaded", path, ...args];
  return spawnSync(process.execPath, node, { encoding: "utf8", env: { ...process.env, ...env } });
}

function report(file: string, args: string[] = []): Record<string, number> & { hash?: string } {
  const { stdout, stderr, status } = run(file, args);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "");
  return JSON.parse(stdout);
}

test("300 training steps end with the resident memory of step 20, within 5 %", () => {
  const { rss20, rssLast, tensors } = report("trainSteps.ts", ["300"]);
  const ratio = rssLast / rss20;
  assert.ok(Math.abs(ratio - 1) < 0.05, `${rss20} bytes at step 20, ${rssLast} at step 300: ${ratio}`);
  assert.equal(tensors, 7 * 3);
});

test("the same seed gives the same bits in two processes", () => {
  const [a, b] = [report("trainSteps.ts", ["25"]), report("trainSteps.ts", ["25"])];
  assert.equal(a.hash, b.hash);
  assert.notEqual(a.hash, report("trainSteps.ts", ["24"]).hash);
});

test("tensors that nobody frees go with the garbage, long before 400 of them are there", () => {
  const { most, left, bytes } = report("leak.ts");
  assert.ok(most < 200, `${most} were alive at once`);
  assert.ok(left <= 2, `${left} were left`);
  assert.ok(bytes <= 2 * 4 * (1 << 20), `${bytes} bytes were left`);
});
