import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../../src/", import.meta.url));

/** Runs `call` in a process whose files may not grow beyond 64 KiB, as on a full disk. */
function onFullDisk(imported: string, call: string): { status: number | null; stderr: string } {
  const script = `import { ${call.split("(")[0]} } from "${src}${imported}"; ${call}.catch((e) => { console.error(e.code); process.exitCode = 7; });`;
  const node = [process.execPath, "--import", "tsx", "--conditions=source", "--input-type=module", "-e", script];
  return spawnSync("bash", ["-c", `trap '' XFSZ; ulimit -f 64; exec "$@"`, "bash", ...node], { encoding: "utf8" });
}

describe("writing on a full disk", () => {
  const calls: [string, string, (path: string) => string][] = [
    ["writeNpy", "data/npy.ts", (path) => `writeNpy("${path}", { data: new Float32Array(100000), n: 1000, d: 100 })`],
    ["writeJsonl", "base/jsonl.ts", (path) => `writeJsonl("${path}", Array(20000).fill("teks"))`],
  ];
  for (const [name, imported, call] of calls)
    it(`${name} throws, keeps the older file and leaves no part behind`, async () => {
      const dir = await mkdtemp(join(tmpdir(), "sulam-full-"));
      const path = join(dir, "out");
      await writeFile(path, "old");
      const { status, stderr } = onFullDisk(imported, call(path));
      assert.equal(status, 7, stderr);
      assert.match(stderr, /EFBIG/);
      assert.equal(await readFile(path, "utf8"), "old");
      assert.deepEqual(await readdir(dir), ["out"]);
    });
});
