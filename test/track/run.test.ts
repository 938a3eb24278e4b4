import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Driver } from "../../src/track/driver.ts";
import { openStore } from "../../src/track/openStore.ts";
import { endRun, startRun } from "../../src/track/startRun.ts";
import { TrackError } from "../../src/track/trackError.ts";
import { withRun } from "../../src/track/withRun.ts";
import { clock, scratch, scratchStore } from "./scratch.ts";

test("a run that returns is FINISHED and hands its value on", async (t) => {
  const store = scratchStore(t);
  const value = await withRun({ store, experiment: "e", name: "n", note: "**why**", tags: { a: "b" } }, (run) => {
    run.params({ lr: 1e-4, loss: { name: "infoNce", weights: [1, 2] }, off: false, none: null, not: undefined });
    run.tag("best", 0.5);
    return run.id;
  });
  const run = store.run(value);
  assert.deepEqual([run.experiment, run.name, run.status], ["e", "n", "FINISHED"]);
  assert.deepEqual(run.params, {
    lr: "0.0001",
    "loss.name": "infoNce",
    "loss.weights": "[1,2]",
    off: "false",
    none: "null",
  });
  assert.equal(run.tags["mlflow.note.content"], "**why**");
  assert.deepEqual([run.tags.a, run.tags.best], ["b", "0.5"]);
  assert.ok(run.endTime !== null && run.endTime >= run.startTime);
});

test("a run that throws is FAILED, says why without secrets, and throws on", async (t) => {
  const store = scratchStore(t);
  const error = new RangeError("loss is NaN at step 3, token=abcdef123456");
  await assert.rejects(
    withRun({ store }, (run) => {
      run.metrics({ loss: Number.NaN }, 3);
      throw error;
    }),
    (thrown) => thrown === error,
  );
  const [run] = store.runs();
  assert.equal(run.status, "FAILED");
  assert.equal(run.tags["sulam.error"], "RangeError: loss is NaN at step 3, token=[secret]");
  assert.equal(run.lastStep, 3);
});

test("an aborted run is KILLED, whether it throws or returns early", async (t) => {
  const store = scratchStore(t);
  const abort = new AbortController();
  await withRun({ store, name: "returns", signal: abort.signal }, () => abort.abort());
  await assert.rejects(withRun({ store, name: "throws", signal: abort.signal }, () => abort.signal.throwIfAborted()));
  assert.deepEqual(new Set(store.runs().map(({ status }) => status)), new Set(["KILLED"]));
});

test("without a step, each curve counts on from its own last one", async (t) => {
  const store = scratchStore(t);
  const id = await withRun({ store }, (run) => {
    run.metrics({ a: 1 });
    run.metrics({ a: 1, b: 1 });
    run.metrics({ a: 1 }, 10);
    run.metrics({ a: 1 });
    return run.id;
  });
  await withRun({ store, runId: id }, (run) => run.metrics({ a: 1 }));
  assert.deepEqual(
    store.history(id, "a").map(({ step }) => step),
    [0, 1, 10, 11, 12],
  );
  assert.deepEqual(
    store.history(id, "b").map(({ step }) => step),
    [0],
  );
});

test("a clock that goes back makes no run end before it began and no point older than the one before", async (t) => {
  const time = clock(5000);
  const store = scratchStore(t, { now: time.now });
  const id = await withRun({ store, now: time.now }, (run) => {
    run.metrics({ a: 1 }, 0);
    time.set(100);
    run.metrics({ a: 2 }, 0);
    return run.id;
  });
  const run = store.run(id);
  assert.equal(run.metrics.a, 2);
  assert.equal(run.endTime, run.startTime);
  const [first, second] = store.history(id, "a");
  assert.ok(second.timestamp >= first.timestamp);
});

test("files, folders, texts, tables and figures are artifacts", async (t) => {
  const dir = scratch(t);
  const store = scratchStore(t);
  mkdirSync(join(dir, "model/1_Pooling"), { recursive: true });
  writeFileSync(join(dir, "model/config.json"), "{}");
  writeFileSync(join(dir, "model/1_Pooling/config.json"), "[]");
  const table = {
    columns: ["k", "recall", "who"],
    rows: [
      [1, Number.NaN, "NaN"],
      [10, Number.NEGATIVE_INFINITY, null],
    ],
  };
  const id = await withRun({ store }, (run) => {
    assert.equal(run.artifact(join(dir, "model")), "model");
    assert.equal(run.artifact(join(dir, "model/config.json"), "copy.json"), "copy.json");
    assert.equal(run.artifact(new Uint8Array([1, 2]), "b.bin"), "b.bin");
    assert.equal(run.text("notes/a.txt", "hello"), "notes/a.txt");
    assert.equal(run.table("recall", table), "tables/recall.json");
    assert.equal(run.figure("curve", { data: [] }), "figures/curve.json");
    assert.throws(() => run.artifact(join(dir, "absent")), /there is no file/);
    assert.throws(() => run.artifact(new Uint8Array([1])), TrackError);
    assert.throws(() => run.text("../x", ""), /without `\.\.`/);
    return run.id;
  });
  const paths = store
    .artifacts(id)
    .map(({ path }) => path)
    .filter((path) => !path.startsWith("source/"));
  const expected = ["b.bin", "copy.json", "figures/curve.json", "model/1_Pooling/config.json", "model/config.json"];
  assert.deepEqual(paths, [...expected, "notes/a.txt", "tables/recall.json"]);
  assert.deepEqual(store.tables(id), { recall: table });
});

test("a nested run has its parent's experiment and its own end", async (t) => {
  const store = scratchStore(t);
  await withRun({ store, experiment: "e", name: "parent" }, async (run) => {
    await run.child({ name: "good" }, (child) => child.metrics({ a: 1 }));
    await assert.rejects(
      run.child({ name: "bad" }, async (child) => {
        await child.child({ name: "grandchild" }, () => {});
        throw new Error("no");
      }),
    );
  });
  const [parent, bad, grandchild, good] = ["parent", "bad", "grandchild", "good"].map(
    (name) => store.runs({ name })[0],
  );
  assert.deepEqual(
    [parent, bad, grandchild, good].map(({ status }) => status),
    ["FINISHED", "FAILED", "FINISHED", "FINISHED"],
  );
  assert.deepEqual([bad.experiment, good.parentRunId, grandchild.parentRunId], ["e", parent.runId, bad.runId]);
  assert.equal(store.runs({ parentRunId: parent.runId }).length, 2);
  assert.equal(store.artifacts(good.runId).length, 0, "surroundings are noted once, with the parent");
});

test("a wrong call throws, stores nothing, and leaves the run usable", async (t) => {
  const store = scratchStore(t);
  const id = await withRun({ store, params: { lr: 1 } }, (run) => {
    assert.throws(() => run.metrics({ good: 1, "recall@10": 1 }), /recall_at_10/);
    assert.throws(() => run.metrics({ word: "x" as unknown as number }), /must be a number/);
    assert.throws(() => run.params({ lr: 2 }), /`lr` was logged as `1` and may not become `2`/);
    run.params({ lr: 1 });
    run.metrics({ good: 2 });
    return run.id;
  });
  assert.deepEqual(store.run(id).metrics, { good: 2 });
  assert.equal(store.run(id).status, "FINISHED");
});

test("an ended run takes nothing more through its handle, but can be gone on with", async (t) => {
  const store = scratchStore(t);
  const kept = await withRun({ store, params: { lr: 1 } }, (run) => run);
  assert.throws(() => kept.metrics({ a: 1 }), /has ended/);
  await withRun({ store, runId: kept.id.slice(0, 12), params: { lr: 1 } }, (run) => {
    assert.equal(store.run(run.id).status, "RUNNING");
    assert.equal(store.run(run.id).endTime, null);
    run.metrics({ a: 1 });
  });
  assert.equal(store.run(kept.id).status, "FINISHED");
  await assert.rejects(
    withRun({ store, runId: kept.id, params: { lr: 2 } }, () => {}),
    /may not become/,
  );
  assert.equal(store.run(kept.id).status, "FINISHED", "a refused continuation changes nothing");
});

test("startRun ends the run before it; endRun ends the last", (t) => {
  const dir = scratch(t);
  const first = startRun({ dir, name: "first" });
  first.metrics({ a: 1 });
  const second = startRun({ dir, name: "second" });
  const store = openStore({ dir });
  t.after(() => store.close());
  assert.equal(store.run(first.id).status, "FINISHED");
  assert.equal(store.run(second.id).status, "RUNNING");
  endRun("FAILED");
  endRun();
  assert.equal(store.run(second.id).status, "FAILED");
  assert.throws(() => second.tag("a", "b"), /has ended/);
});

test("a run that logs nothing for long still says that it lives", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const time = clock(1_000_000, 0);
  const store = scratchStore(t, { now: time.now });
  const db = new Driver(join(store.dir, "runs.db"));
  const heartbeat = (): unknown => db.get("SELECT heartbeat FROM writers");
  await withRun({ store, now: time.now }, () => {
    assert.deepEqual(heartbeat(), { heartbeat: 1_000_000 });
    time.set(1_060_000);
    t.mock.timers.tick(60_000);
    assert.deepEqual(heartbeat(), { heartbeat: 1_060_000 });
  });
  assert.equal(heartbeat(), undefined);
  db.close();
});

test("withRun opens and closes the store that its options name", async (t) => {
  const cwd = scratch(t);
  await withRun({ cwd, env: { SULAM_STORE: "mine" } }, () => {});
  const store = openStore({ dir: join(cwd, "mine") });
  assert.equal(store.runs().length, 1);
  store.close();
});
