import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { installKernel } from "../../src/kernel/install/installKernel.ts";
import { scratch, skip } from "./python.ts";

const suites = ["Standard", "Output", "Language", "Error", "Interrupt", "Import", "Tooling", "Lifecycle", "Notebook"];

// jupyter_kernel_test, and the tests of test/kernel/conformance, through the real jupyter_client and nbclient
describe("the kernel passes the conformance tests", { skip }, () => {
  for (const suite of suites)
    test(`${suite}Tests`, () => {
      const folder = scratch();
      try {
        installKernel({ prefix: folder });
        symlinkSync(join(import.meta.dirname, "../../node_modules"), join(folder, "node_modules"));
        const env = { ...process.env, JUPYTER_PATH: join(folder, "share/jupyter"), PYTHONDONTWRITEBYTECODE: "1" };
        const table = join(import.meta.dirname, "../kernel/conformance/table.py");
        const python = process.env.SULAM_REFERENCE_PYTHON ?? "";
        const options = { cwd: folder, env, encoding: "utf8" as const };
        const { status, stdout, stderr } = spawnSync(python, [table, `${suite}Tests`], options);
        assert.doesNotMatch(stdout, / FAIL /, stderr);
        assert.match(stdout, /^KERNEL sulam: [1-9]\d* pass, 0 fail/m, stderr);
        assert.equal(status, 0, stderr);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
});
