import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { scratch, skip } from "./python.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Known to fail, with the protocol's sentence that the test contradicts; none so far. */
const excepted: string[] = [];

const suites = [
  "StandardTests",
  "OutputTests",
  "LanguageTests",
  "ErrorTests",
  "InterruptTests",
  "ImportTests",
  "ToolingTests",
  "LifecycleTests",
  "NotebookTests",
  "VsCodeTests",
];

test("the kernel passes jupyter_kernel_test and our conformance tests, through jupyter_client and nbclient", {
  skip,
}, async (t) => {
  const prefix = join(scratch(), "prefix");
  const install = [join(root, "bin/sulam.mjs"), "kernel", "install", "--prefix", prefix];
  const installed = spawnSync(process.execPath, install, { encoding: "utf8" });
  assert.equal(installed.status, 0, installed.stderr);
  const env = { ...process.env, KERNEL_NAME: "sulam", JUPYTER_PATH: join(prefix, "share/jupyter") };
  for (const suite of suites)
    await t.test(suite, () => {
      const table = join(root, "test/kernel/conformance/table.py");
      const options = { cwd: root, env, encoding: "utf8" as const };
      const { stdout, stderr } = spawnSync(process.env.SULAM_REFERENCE_PYTHON!, [table, suite], options);
      const lines = stdout.split("\n").filter((line) => line.startsWith(suite));
      assert.ok(lines.length > 2, `${suite} told of ${lines.length} tests:\n${stdout}\n${stderr}`);
      const failed = lines.filter((line) => / FAIL /.test(line) && !excepted.some((name) => line.includes(name)));
      assert.deepEqual(failed, []);
    });
});
