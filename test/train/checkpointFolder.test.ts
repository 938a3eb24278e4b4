import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { readSafetensors, writeSafetensors } from "../../src/engine/safetensors.ts";
import { CheckpointFolder, type CheckpointState, type WriteTensors } from "../../src/train/checkpointFolder.ts";

const engine = await openEngine({ threads: 1 });
const room = mkdtempSync(join(tmpdir(), "sulam-checkpoint-"));
after(() => rmSync(room, { recursive: true, force: true }));

const write: WriteTensors = (path, tensors) => writeSafetensors(engine, path, tensors);
const state = (step: number): CheckpointState => ({
  step,
  fingerprint: { data: "d", model: "m", options: { lr: 0.1 } },
  sampler: { epoch: 1, batch: 2, random: new Random(1).state() },
  random: new Random(2).state(),
});
const parts = (value: number, size = 4) => ({
  model: new Map([["w", engine.full([size], value)]]),
  optimizer: new Map([["m.w", engine.full([size], -value)]]),
});

test("a checkpoint comes back with its state and tensors", async () => {
  const folder = new CheckpointFolder(join(room, "back"), 2, write);
  assert.equal(await folder.newest(), undefined);
  const path = await folder.write(state(7), parts(0.5));
  const newest = await folder.newest();
  assert.equal(newest?.folder, path);
  assert.deepEqual(newest?.state, state(7));
  const { tensors } = readSafetensors(engine, join(path, "optimizer.safetensors"));
  assert.deepEqual([...engine.toFloat32(tensors.get("m.w")!)], [-0.5, -0.5, -0.5, -0.5]);
});

test("only the newest few stay", async () => {
  const folder = new CheckpointFolder(join(room, "few"), 2, write);
  for (const step of [1, 2, 10, 100]) await folder.write(state(step), parts(step));
  assert.deepEqual(readdirSync(join(room, "few")), ["step-00000010", "step-00000100"]);
});

test("a damaged checkpoint is passed over for the one before it", async () => {
  const dir = join(room, "whole");
  const folder = new CheckpointFolder(dir, 2, write);
  await folder.write(state(1), parts(1));
  const second = await folder.write(state(2), parts(2));
  const damages: Record<string, (path: string) => void> = {
    "a truncated file": (path) => truncateSync(join(path, "model.safetensors"), 90),
    "a file of other bytes": (path) => writeFileSync(join(path, "optimizer.safetensors"), "garbage"),
    "a missing file": (path) => rmSync(join(path, "optimizer.safetensors")),
    "no state": (path) => rmSync(join(path, "state.json")),
    "half a state": (path) => truncateSync(join(path, "state.json"), 20),
  };
  for (const [name, damage] of Object.entries(damages)) {
    const copy = join(room, `damaged-${name}`);
    cpSync(dir, copy, { recursive: true });
    damage(join(copy, "step-00000002"));
    const newest = await new CheckpointFolder(copy, 2, write).newest();
    assert.equal(newest?.state.step, 1, name);
  }
  assert.equal((await folder.newest())?.folder, second);
});

test("a folder that was not yet renamed does not count", async () => {
  const dir = join(room, "draft");
  const folder = new CheckpointFolder(dir, 2, write);
  await folder.write(state(1), parts(1));
  cpSync(join(dir, "step-00000001"), join(dir, ".step-00000002.1"), { recursive: true });
  assert.equal((await folder.newest())?.state.step, 1);
});

test("when a write fails the draft goes, the last checkpoint stays, and the error says where it is", async () => {
  const dir = join(room, "fails");
  let full = false;
  const folder = new CheckpointFolder(dir, 2, (path, tensors) => {
    if (full && path.endsWith("optimizer.safetensors")) throw new Error("ENOSPC: no space left on device, write");
    write(path, tensors);
  });
  const first = await folder.write(state(1), parts(1));
  full = true;
  await assert.rejects(folder.write(state(2), parts(2)), (error: Error) => {
    assert.match(error.message, /step-00000002: the checkpoint could not be written: ENOSPC/);
    assert.ok(error.message.includes(`The last whole one is ${first}; make room`));
    return true;
  });
  assert.deepEqual(readdirSync(dir), ["step-00000001"]);
  assert.equal((await folder.newest())?.state.step, 1);
});

test("a full disk gives that error, and the last checkpoint stays whole", async (t) => {
  const disk = join(room, "disk");
  mkdirSync(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], { stdio: "ignore" });
  } catch {
    return t.skip("this machine lets nobody mount a small disk");
  }
  try {
    const folder = new CheckpointFolder(join(disk, "run"), 2, write);
    await folder.write(state(1), parts(1));
    await assert.rejects(folder.write(state(2), parts(2, 100_000)), /could not be written: .*no space left/i);
    assert.equal((await folder.newest())?.state.step, 1);
    assert.ok(existsSync(join(disk, "run", "step-00000001", "state.json")));
    await folder.write(state(2), parts(2));
    assert.equal((await folder.newest())?.state.step, 2);
  } finally {
    execFileSync("umount", [disk]);
  }
});
