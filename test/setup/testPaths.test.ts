import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));

test("npm test fails before set-up on paths without test files, though another path has some", () => {
  const paths = ["test/setup", "test/stup", "scripts", "README.md"];
  const { status, stderr } = spawnSync(process.execPath, ["scripts/test.mjs", ...paths], {
    cwd: repository,
    encoding: "utf8",
  });
  assert.deepEqual([status, stderr], [1, "npm test: no *.test.ts in test/stup, scripts, README.md.\n"]);
});
