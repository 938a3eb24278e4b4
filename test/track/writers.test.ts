import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Driver } from "../../src/track/driver.ts";
import { openStore } from "../../src/track/openStore.ts";
import { isAlive, processIdentity } from "../../src/track/processIdentity.ts";
import { SILENCE_MS, type Writer, Writers } from "../../src/track/writers.ts";
import { clock, scratch } from "./scratch.ts";

const writer = (token: string): Writer => ({ host: "h", pid: 1, started: "s", token });

/** A store with one run, and writers whose being alive the test decides. */
function room(t: TestContext, alive: () => boolean | undefined) {
  const dir = scratch(t);
  const store = openStore({ dir });
  const id = store.createRun();
  const db = new Driver(join(dir, "runs.db"));
  const time = clock(1_000_000, 0);
  t.after(() => {
    store.close();
    db.close();
  });
  const status = (): unknown => db.get("SELECT status, crashed, end_time FROM runs");
  return { writers: new Writers(db, time.now, alive), db, time, store, id, status };
}

test("this process is alive; one with its number but another start is not; one elsewhere cannot be asked", () => {
  const me = processIdentity();
  assert.equal(isAlive(me), true);
  assert.equal(isAlive({ ...me, started: "another boot 1" }), false);
  assert.equal(isAlive({ ...me, pid: 2 ** 30 }), false);
  assert.equal(isAlive({ ...me, host: "elsewhere" }), undefined);
});

test("the run of a dead process is FAILED and crashed, ended by its last sign of life", (t) => {
  let alive = true;
  const { writers, db, status, time } = room(t, () => alive);
  db.write(() => writers.claim(1, writer("a")));
  assert.equal(writers.markCrashed(), 0);
  alive = false;
  time.set(9_000_000);
  assert.equal(writers.markCrashed(), 1);
  assert.deepEqual(status(), { status: "FAILED", crashed: 1, end_time: 1_000_000 });
  assert.equal(writers.markCrashed(), 0);
});

test("a silent writer on another host is dead after ten minutes, not before, whatever the clock does", (t) => {
  const { writers, db, time } = room(t, () => undefined);
  db.write(() => writers.claim(1, writer("a")));
  time.set(1_000_000 + SILENCE_MS - 1);
  assert.equal(writers.markCrashed(), 0);
  time.set(0);
  assert.equal(writers.markCrashed(), 0);
  time.set(1_000_000 + SILENCE_MS);
  assert.equal(writers.markCrashed(), 1);
});

test("a writer that was taken for dead opens its run again by its next sign of life", (t) => {
  let alive: boolean | undefined = true;
  const { writers, db, status } = room(t, () => alive);
  const first = writer("a");
  db.write(() => writers.claim(1, first));
  alive = false;
  writers.markCrashed();
  alive = true;
  db.write(() => writers.beat(1, first));
  assert.deepEqual(status(), { status: "RUNNING", crashed: 0, end_time: null });
});

test("a writer whose run was taken over is told so, and harms nothing", (t) => {
  let alive: boolean | undefined = false;
  const { writers, db, status } = room(t, () => alive);
  db.write(() => writers.claim(1, writer("a")));
  db.write(() => writers.claim(1, writer("b")));
  alive = true;
  assert.throws(() => writers.beat(1, writer("a")), /another process opened it meanwhile/);
  assert.throws(() => writers.claim(1, writer("a")), /being written by process 1/);
  writers.release(1, writer("a"));
  assert.deepEqual(db.get("SELECT token FROM writers"), { token: "b" });
  assert.deepEqual(status(), { status: "RUNNING", crashed: 0, end_time: null });
});

test("a sign of life is written at most every five seconds", (t) => {
  const { writers, db, time } = room(t, () => true);
  const heartbeat = (): number | undefined => db.get<{ heartbeat: number }>("SELECT heartbeat FROM writers")?.heartbeat;
  db.write(() => writers.claim(1, writer("a")));
  time.set(1_004_999);
  writers.beat(1, writer("a"));
  assert.equal(heartbeat(), 1_000_000);
  time.set(1_005_000);
  writers.beat(1, writer("a"));
  assert.equal(heartbeat(), 1_005_000);
});

test("every call of a run whose writer was replaced is refused and stores nothing", (t) => {
  const { db, store, id, writers } = room(t, () => false);
  const first = store.openRun(id);
  first.log({ tags: { t: "before" } });
  db.write(() => writers.claim(1, writer("b")));
  assert.throws(() => first.log({ tags: { t: "after" } }), /another process opened it meanwhile/);
  assert.throws(() => first.artifact("a", new Uint8Array()), /another process/);
  assert.throws(() => first.end("FINISHED"), /another process/);
  assert.equal(store.run(id).tags.t, "before");
});
