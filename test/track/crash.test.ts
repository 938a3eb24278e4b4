import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../../src/base/random.ts";
import { Driver } from "../../src/track/driver.ts";
import { openStore } from "../../src/track/openStore.ts";
import { outcome, scratch, scratchStore, startChild } from "./scratch.ts";

const TRIALS = process.env.SULAM_SLOW ? 40 : 10;

test(`kill -9 loses no acknowledged point and tears no batch (${TRIALS} trials)`, async (t) => {
  const dir = scratch(t);
  const random = new Random(7);
  openStore({ dir }).close();
  const trial = async (name: string): Promise<{ name: string; acknowledged: number }> => {
    const child = startChild("endless", dir, name);
    const wait = random.int(200);
    let isDoomed = false;
    const { stdout, signal, stderr } = await outcome(child, async () => {
      if (isDoomed) return;
      isDoomed = true;
      await sleep(wait);
      child.kill("SIGKILL");
    });
    assert.equal(signal, "SIGKILL", stderr);
    const whole = stdout.slice(0, stdout.lastIndexOf("\n"));
    return { name, acknowledged: Number(whole.slice(whole.lastIndexOf("\n") + 1)) };
  };
  const results = [];
  for (let i = 0; i < TRIALS; i += 5)
    results.push(...(await Promise.all([0, 1, 2, 3, 4].map((j) => trial(`trial ${i + j}`)))));
  const store = openStore({ dir });
  for (const { name, acknowledged } of results) {
    const [run] = store.runs({ name });
    const points = store.history(run.runId, "loss");
    assert.ok(points.length >= 10 * acknowledged, `${name}: ${acknowledged} calls returned, ${points.length} points`);
    assert.equal(points.length % 10, 0, `${name}: a torn batch`);
    assert.deepEqual(
      points.map(({ step }) => step),
      [...points.keys()],
      `${name}: a hole`,
    );
    assert.equal(run.status, "CRASHED");
    assert.equal(run.lastStep, points.length === 0 ? null : points.length - 1);
    assert.match(run.tags["sulam.error"], /^process \d+ ended without a word/);
  }
  assert.ok(results.some(({ acknowledged }) => acknowledged > 0));
  store.close();
  const db = new Driver(join(dir, "runs.db"));
  assert.equal(db.pragma("integrity_check"), "ok");
  db.close();
});

test("eight processes make one store at once and lose no row", async (t) => {
  const dir = scratch(t);
  const results = await Promise.all(Array.from({ length: 8 }, () => outcome(startChild("writer", dir, "50"))));
  assert.deepEqual(
    results.map(({ code, stderr }) => [code, stderr]),
    Array(8).fill([0, ""]),
  );
  const store = openStore({ dir });
  const runs = store.runs();
  assert.deepEqual(
    runs.map(({ status }) => status),
    Array(8).fill("FINISHED"),
  );
  for (const { runId } of runs)
    assert.deepEqual(
      store.history(runId, "loss").map(({ step }) => step),
      [...Array(500).keys()],
    );
  store.close();
});

test("a second process on a run is refused in one sentence while the first lives, and let in when it is dead", async (t) => {
  const store = scratchStore(t);
  const first = startChild("hold", store.dir);
  const ended = outcome(first);
  const id = await new Promise<string>((resolve) => first.stdout?.once("data", (data) => resolve(String(data).trim())));
  const second = await outcome(startChild("second", store.dir, id));
  assert.equal(second.code, 1);
  assert.match(
    second.stderr,
    new RegExp(`TrackError: run: it is being written by process ${first.pid}\\. Let that process end`),
  );
  assert.throws(() => store.openRun(id), /being written by process/);
  assert.equal(store.run(id).status, "RUNNING");
  first.kill("SIGKILL");
  await ended;
  assert.equal(store.run(id).status, "CRASHED");
  const writer = store.openRun(id);
  assert.equal(store.run(id).status, "RUNNING");
  assert.equal(store.run(id).tags["sulam.error"], undefined);
  assert.throws(() => store.openRun(id), /being written by process/, "a second opening in one process is refused, too");
  writer.end("FINISHED");
});

test("Ctrl-C marks the run as KILLED and still kills a program that does not handle it", async (t) => {
  const store = scratchStore(t);
  for (const [argument, code, signal] of [
    ["deaf", null, "SIGINT"],
    ["listens", 0, null],
    ["leaves", 130, null],
  ] as const) {
    const child = startChild("wait", store.dir, argument);
    let isSent = false;
    const end = await outcome(child, async () => {
      if (isSent) return;
      isSent = true;
      // The listening program installs its handler right after it has said its id.
      await sleep(300);
      child.kill("SIGINT");
    });
    assert.deepEqual([end.code, end.signal], [code, signal], end.stderr);
    assert.equal(store.run(end.stdout.trim()).status, "KILLED", argument);
  }
});

test("leaving the process in the middle of a run marks it as FAILED", async (t) => {
  const store = scratchStore(t);
  const { code, stderr } = await outcome(startChild("exit", store.dir));
  assert.equal(code, 3, stderr);
  const [run] = store.runs();
  assert.equal(run.status, "FAILED");
  assert.equal(run.tags["sulam.error"], "the process exited with code 3 before the run was done");
});
