import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Checker } from "../../../src/kernel/supervisor/checker.ts";
import { CheckerProcess } from "../../../src/kernel/supervisor/checkerProcess.ts";

test("a new checker is told each committed cell's own text, also when a completion held up a commit", {
  timeout: 60_000,
}, async () => {
  const execArgv = ["--import", import.meta.resolve("tsx"), "--conditions=source"];
  const file = fileURLToPath(new URL("stubChecker.ts", import.meta.url));
  const checker = new Checker(() => new CheckerProcess({ file, execArgv }), "/");
  try {
    await checker.check(1, "let a");
    void checker.complete("a", 1);
    void checker.commit(1);
    await checker.check(2, "let b");
    await checker.commit(2);
    checker.cancel();
    assert.deepEqual((await checker.complete("", 0)).matches, ["let a", "let b"]);
  } finally {
    checker.stop();
  }
});
