import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

/** The exit code of a process that watches such a parent: 7 when it was told at once that the parent is gone. */
function watch(parent: string): number | null {
  const file = new URL("../../../src/kernel/supervisor/watchParent.ts", import.meta.url).href;
  const program = `import { watchParent } from "${file}"; watchParent(() => process.exit(7));`;
  const argv = [
    "--import",
    import.meta.resolve("tsx"),
    "--conditions=source",
    "--input-type=module",
    "--eval",
    program,
  ];
  return spawnSync(process.execPath, argv, { env: { ...process.env, JPY_PARENT_PID: parent }, stdio: "inherit" })
    .status;
}

test("a kernel whose Jupyter ended while it started ends at once, and another lives on", {
  skip: process.platform === "win32" ? "there JPY_PARENT_PID is a handle" : false,
}, () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  assert.equal(watch(String(pid)), 7, "that process is gone");
  for (const other of [String(process.pid), "1", "none", "-1"]) assert.equal(watch(other), 0, other);
});
