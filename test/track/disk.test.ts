import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openStore } from "../../src/track/openStore.ts";
import { StoreError } from "../../src/track/storeError.ts";
import { withRun } from "../../src/track/withRun.ts";
import { outcome, scratch, startChild } from "./scratch.ts";

const point = (step: number): { key: string; value: number; step: number; timestamp: number } => {
  return { key: "loss", value: step, step, timestamp: step };
};

/** A file system of `size` bytes in memory; skips the test where none can be mounted. */
function smallDisk(t: TestContext, size: string): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), "sulam-disk-"));
  const mount = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", dir]);
  t.after(() => {
    spawnSync("umount", ["-l", dir]);
    rmSync(dir, { recursive: true, force: true });
  });
  if (mount.status === 0) return dir;
  t.skip("mounting a small tmpfs takes root on Linux");
  return undefined;
}

/** Takes all space but `spare` bytes. @returns what gives it back */
function fill(dir: string): () => void {
  const file = join(dir, "filler");
  try {
    for (let size = 1 << 20; size >= 4096; size >>= 1)
      for (let i = 0; i < 16; i++) {
        try {
          writeFileSync(file, Buffer.alloc(size), { flag: "a" });
        } catch {}
      }
  } catch {}
  return () => writeFileSync(file, "");
}

test("a full disk is one clear error, and what was stored before is all there", (t) => {
  const dir = smallDisk(t, "2m");
  if (dir === undefined) return;
  const store = openStore({ dir });
  const id = store.createRun();
  let stored = 0;
  assert.throws(
    () => {
      for (; ; stored++) store.log(id, { metrics: [point(stored)], tags: { [`t${stored}`]: "x".repeat(2000) } });
    },
    (error: unknown) => {
      assert.ok(error instanceof StoreError);
      assert.match(error.message, /runs\.db: the disk is full \(SQLITE_FULL\)\. Free some space/);
      return true;
    },
  );
  assert.ok(stored > 20);
  assert.throws(() => store.putArtifact(id, "big", Buffer.alloc(1 << 20)), /the disk is full \(ENOSPC\)/);
  assert.deepEqual(store.artifacts(id), []);
  store.close();
  const again = openStore({ dir });
  assert.equal(again.history(id, "loss").length, stored);
  again.close();
});

test("on a full disk a run goes on, warns once, and stores everything when there is room again", async (t) => {
  // Room for the write-ahead log at its full size (4 MB) beside the file.
  const dir = smallDisk(t, "16m");
  if (dir === undefined) return;
  const store = openStore({ dir });
  const warnings: string[] = [];
  let time = 0;
  const now = (): number => time;
  const id = await withRun({ store, now, onWarning: (message) => warnings.push(message) }, async (run) => {
    run.metrics({ loss: 0 }, 0);
    const makeRoom = fill(dir);
    for (let step = 1; step < 3000; step++) run.metrics({ loss: step }, step);
    const bytes = Buffer.alloc(100_000);
    run.artifact(bytes, "big.bin");
    bytes.fill(1);
    assert.equal(warnings.length, 1, "the disk was not filled");
    await run.child({ name: "nested" }, (child) => child.metrics({ acc: 0.5 }));
    assert.match(warnings[0], /nothing is stored at present.*the disk is full/);
    makeRoom();
    time += 60_000;
    run.metrics({ loss: 3000 }, 3000);
    return run.id;
  });
  assert.deepEqual(warnings.slice(1), ["The run is being stored again; what was kept is in the store now."]);
  assert.deepEqual(
    store.history(id, "loss").map(({ step }) => step),
    [...Array(3001).keys()],
  );
  const whole = Buffer.from(store.readArtifact(id, "big.bin"));
  assert.ok(whole.equals(Buffer.alloc(100_000)), "bytes are stored as they were at the call");
  assert.equal(store.run(id).status, "FINISHED");
  const [nested] = store.runs({ parentRunId: id });
  assert.deepEqual([nested.name, nested.status, nested.metrics], ["nested", "FINISHED", { acc: 0.5 }]);
  store.close();
});

test("a store that may not grow further lets the run end, which then says what is not stored", async (t) => {
  const dir = scratch(t);
  openStore({ dir }).close();
  const child = startChild("fill", dir, "200");
  const limit = spawnSync("prlimit", ["--pid", String(child.pid), "--fsize=300000"]);
  const { stdout, code, stderr } = await outcome(child);
  if (limit.status !== 0) return t.skip("prlimit is not here to limit a process' file size");
  assert.equal(code, 0, stderr);
  const warnings = stdout.trim().split("\n");
  assert.match(warnings[0], /^The run goes on, but nothing is stored at present/);
  const unstored = Number(
    /this is not stored: (\d+) metrics, 1 end \(FINISHED\)\.$/.exec(warnings.at(-1) as string)?.[1],
  );
  const store = openStore({ dir });
  const [run] = store.runs();
  const stored = Object.keys(run.metrics).reduce((sum, key) => sum + store.history(run.runId, key).length, 0);
  assert.equal(stored + unstored, 20_000);
  assert.equal(run.status, "CRASHED", "an end that could not be stored is found by the next who looks");
  store.close();
});

test("a read-only folder is one clear error, and what was stored before is there when it is writable again", (t) => {
  const dir = smallDisk(t, "2m");
  if (dir === undefined) return;
  const before = openStore({ dir });
  before.createRun({ name: "old" });
  before.close();
  assert.equal(spawnSync("mount", ["-o", "remount,ro", dir]).status, 0);
  const refused = (work: () => void, words: RegExp): void =>
    assert.throws(work, (error: unknown) => error instanceof StoreError && words.test(error.message));
  refused(() => openStore({ dir }), /cannot be opened \(SQLITE_CANTOPEN\)\. Check .* that you may write in it/);
  refused(() => openStore({ dir: join(dir, "fresh") }), /no permission to write here \(EROFS\)/);
  spawnSync("mount", ["-o", "remount,rw", dir]);
  const after = openStore({ dir });
  assert.equal(after.runs()[0].name, "old");
  after.close();
});
