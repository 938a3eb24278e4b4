import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { skip } from "./python.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("MLflow's Python client works against our server: its conformance suite passes whole", { skip }, () => {
  const args = ["--import", import.meta.resolve("tsx"), "--conditions=source", "test/track/conformance/run.ts"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  const [, passed] = /(\d+) passed/.exec(stdout) ?? [];
  assert.match(
    stdout,
    /^\d+ passed(, \d+ warnings?)? in /m,
    `pytest ended with:\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`,
  );
  assert.ok(Number(passed) >= 138, `only ${passed} tests were run`);
});
