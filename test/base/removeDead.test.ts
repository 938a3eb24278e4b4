import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { removeDead } from "../../src/base/removeDead.ts";

test("what dead processes left goes; what living ones, ours and other names have stays", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sulam-dead-"));
  const { pid: dead } = spawnSync("true");
  const names = {
    dead: `out.jsonl.${dead}.part`,
    own: `out.jsonl.${process.pid}.part`,
    living: `out.jsonl.${process.ppid}.part`,
    other: `out.jsonl.gz.${dead}.part`,
    unnumbered: "out.jsonl.x.part",
    finished: "out.jsonl",
  };
  for (const name of Object.values(names)) writeFileSync(join(folder, name), "");
  mkdirSync(join(folder, `.out.${dead}.part`, "deep"), { recursive: true });
  await removeDead(folder, "out.jsonl", (path) => path.endsWith(names.own));
  const { living, other, unnumbered, finished, own } = names;
  assert.deepEqual(readdirSync(folder).sort(), [living, other, unnumbered, finished, own, `.out.${dead}.part`].sort());
  await removeDead(folder, "out.jsonl");
  await removeDead(folder, ".out");
  assert.deepEqual(readdirSync(folder).sort(), [living, other, unnumbered, finished].sort());
  rmSync(folder, { recursive: true });
});
