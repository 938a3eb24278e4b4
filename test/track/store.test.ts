import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Driver } from "../../src/track/driver.ts";
import { StoreError } from "../../src/track/storeError.ts";
import { TrackError } from "../../src/track/trackError.ts";
import { clock, scratchStore } from "./scratch.ts";

const refused = (code: string, work: () => unknown): void => {
  assert.throws(work, (error: unknown) => {
    assert.ok(error instanceof TrackError, String(error));
    assert.equal(error.code, code, error.message);
    return true;
  });
};
const point = (
  key: string,
  value: number,
  step: number,
  timestamp = 1,
): { key: string; value: number; step: number; timestamp: number } => {
  return { key, value, step, timestamp };
};

test("a new run stands as MLflow has it", (t) => {
  const store = scratchStore(t, { now: () => 1_700_000_000_000 });
  const run = store.run(store.createRun({ tags: { a: "1" } }));
  assert.match(run.runId, /^[0-9a-f]{32}$/);
  assert.match(run.name, /^[a-z]+-[a-z]+-\d+$/);
  assert.deepEqual(
    [run.status, run.lifecycleStage, run.startTime, run.endTime],
    ["RUNNING", "active", 1_700_000_000_000, null],
  );
  assert.deepEqual([run.experiment, run.experimentId], ["Default", "0"]);
  assert.deepEqual(run.tags, { a: "1", "mlflow.runName": run.name });
  assert.equal(run.artifactUri, `mlflow-artifacts:/0/${run.runId}/artifacts`);
});

test("the latest value is by step, then time, then value", (t) => {
  const store = scratchStore(t);
  const id = store.createRun();
  const latest = (value: number, step: number, time: number): number => {
    store.log(id, { metrics: [point("a", value, step, time)] });
    return store.run(id).metrics.a;
  };
  // The worked example of test_metric_latest_is_by_step_then_time_then_value.
  assert.equal(latest(1, 5, 10), 1);
  assert.equal(latest(2, 3, 99), 1);
  assert.equal(latest(3, 5, 11), 3);
  assert.equal(latest(2.5, 5, 11), 3);
  assert.equal(store.history(id, "a").length, 4);
  assert.equal(store.run(id).lastStep, 5);
});

test("NaN and infinities come back as they went in, in curves and as latest", (t) => {
  const store = scratchStore(t);
  const id = store.createRun();
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 2 ** 53 + 2];
  store.log(id, { metrics: values.map((value, step) => point("x", value, step)) });
  assert.deepEqual(
    store.history(id, "x").map(({ value }) => value),
    values,
  );
  store.log(id, { metrics: [point("x", Number.NaN, 9)] });
  assert.ok(Number.isNaN(store.run(id).metrics.x));
});

test("an identical point is kept once, NaN too; steps may be negative and large", (t) => {
  const store = scratchStore(t);
  const id = store.createRun();
  for (let i = 0; i < 3; i++) store.log(id, { metrics: [point("a", 1.5, 7), point("a", Number.NaN, 7)] });
  assert.equal(store.history(id, "a").length, 2);
  store.log(id, { metrics: [point("b", 1, -5), point("b", 1, 2 ** 53, 4_102_444_800_000)] });
  assert.deepEqual(
    store.history(id, "b").map(({ step }) => step),
    [-5, 2 ** 53],
  );
  assert.deepEqual(store.history(id, "never"), []);
});

test("a batch is all or nothing", (t) => {
  const store = scratchStore(t);
  const id = store.createRun({ name: "n" });
  store.log(id, { params: { p: "old" } });
  const batch = { metrics: [point("fresh", 1, 1)], params: { z: "1", p: "new" }, tags: { t: "x" } };
  refused("INVALID_PARAMETER_VALUE", () => store.log(id, batch));
  assert.deepEqual(store.run(id).params, { p: "old" });
  assert.deepEqual(store.run(id).metrics, {});
  // A metric name that was first seen in the undone batch must work afterwards.
  store.log(id, { metrics: [point("fresh", 2, 2)], params: { p: "old" } });
  assert.deepEqual(store.run(id).metrics, { fresh: 2 });
});

test("what is undone leaves no trace in what is remembered", (t) => {
  const store = scratchStore(t);
  const id = store.createRun();
  const undone = new Error("undone");
  assert.throws(
    () =>
      store.atomically(() => {
        store.log(id, { metrics: [point("fresh", 1, 1)] });
        throw undone;
      }),
    (error) => error === undone,
  );
  store.log(id, { metrics: [point("other", 2, 2), point("fresh", 3, 3)] });
  assert.deepEqual(store.run(id).metrics, { fresh: 3, other: 2 });
});

test("points are numbered in the order of their commits, and an identical resend keeps its number", (t) => {
  const store = scratchStore(t);
  const [a, b] = [store.createRun(), store.createRun()];
  store.log(a, { metrics: [point("m", 1, 5)] });
  store.log(b, { metrics: [point("m", 1, 1)] });
  store.log(a, { metrics: [point("m", 1, 5), point("m", 1, 0)] });
  const db = new Driver(join(store.dir, "runs.db"));
  const rows = db.all<{ seq: number; step: number }>("SELECT seq, step FROM metrics ORDER BY seq");
  db.close();
  assert.deepEqual(
    rows.map(({ step }) => step),
    [5, 1, 0],
  );
});

test("a run is found by its id and by a beginning that only it has", (t) => {
  const store = scratchStore(t);
  store.createRun({ runId: `abc1${"0".repeat(28)}` });
  store.createRun({ runId: `abc2${"0".repeat(28)}` });
  assert.equal(store.run("abc2").runId, `abc2${"0".repeat(28)}`);
  assert.equal(store.run("ABC1").runId, `abc1${"0".repeat(28)}`);
  refused("INVALID_PARAMETER_VALUE", () => store.run("abc"));
  refused("RESOURCE_DOES_NOT_EXIST", () => store.run("f"));
  refused("RESOURCE_DOES_NOT_EXIST", () => store.run(""));
  refused("RESOURCE_DOES_NOT_EXIST", () => store.run("'; DROP TABLE runs; --"));
});

test("runs are filtered, ordered, and cut", (t) => {
  const store = scratchStore(t);
  const experiment = store.experiments.create("many");
  for (let i = 0; i < 6; i++) {
    const id = store.createRun({
      experimentId: experiment,
      name: `run-${i}`,
      startTime: 1000 + i,
      tags: { odd: String(i % 2) },
    });
    store.log(id, {
      params: { lr: String(i % 3) },
      metrics: i === 5 ? [] : [point("acc", i === 4 ? Number.NaN : -i, 1)],
    });
    if (i === 2) store.updateRun(id, { status: "FINISHED", endTime: 2000 });
  }
  store.createRun({ name: "elsewhere" });
  const names = (query: Parameters<typeof store.runs>[0]): string[] =>
    store.runs(query).map(({ name }) => name.slice(4));
  assert.deepEqual(names({ experiment: "many" }), ["5", "4", "3", "2", "1", "0"]);
  assert.equal(store.runs({ experiment: ["many", "Default"] }).length, 7);
  assert.deepEqual(names({ experiment: "no such" }), []);
  assert.deepEqual(names({ params: { lr: "0" }, tags: { odd: "1" } }), ["3"]);
  assert.deepEqual(names({ status: "FINISHED" }), ["2"]);
  assert.deepEqual(names({ name: "run-1" }), ["1"]);
  // NaN after all numbers and runs without the metric after that, whichever the direction (test_search_order).
  const many = { experiment: "many" };
  assert.deepEqual(names({ ...many, order: { by: { metric: "acc" } } }), ["3", "2", "1", "0", "4", "5"]);
  assert.deepEqual(names({ ...many, order: { by: { metric: "acc" }, descending: true } }), [
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
  ]);
  assert.deepEqual(names({ ...many, order: { by: { param: "lr" }, descending: true }, limit: 2 }), ["5", "2"]);
  assert.deepEqual(names({ ...many, order: { by: "name" }, limit: 2, offset: 3 }), ["3", "4"]);
  assert.deepEqual(names({ ...many, order: { by: "endTime" }, limit: 1 }), ["2"]);
});

test("a deleted run is hidden, takes nothing, and comes back whole", (t) => {
  const store = scratchStore(t);
  const id = store.createRun();
  store.log(id, { metrics: [point("m", 1, 1)] });
  store.deleteRun(id);
  assert.deepEqual(store.runs(), []);
  assert.deepEqual(
    store.runs({ deleted: true }).map(({ runId }) => runId),
    [id],
  );
  refused("INVALID_STATE", () => store.log(id, { tags: { t: "1" } }));
  refused("INVALID_STATE", () => store.putArtifact(id, "a.txt", Buffer.from("x")));
  refused("INVALID_STATE", () => store.openRun(id));
  store.restoreRun(id);
  assert.deepEqual(store.run(id).metrics, { m: 1 });
});

test("experiments have names of their own; a run needs an active one", (t) => {
  const store = scratchStore(t);
  const id = store.experiments.create("e", { team: "nlp" });
  assert.deepEqual([store.experiments.get(id).name, store.experiments.get(id).tags], ["e", { team: "nlp" }]);
  assert.equal(store.experiments.get(id).artifactLocation, `mlflow-artifacts:/${id}`);
  assert.equal(store.experiments.open("e").experimentId, id);
  assert.deepEqual(
    store.experiments.list().map(({ name }) => name),
    ["Default", "e"],
  );
  assert.equal(store.experiments.byName("no"), undefined);
  refused("RESOURCE_ALREADY_EXISTS", () => store.experiments.create("e"));
  refused("INVALID_PARAMETER_VALUE", () => store.experiments.create(""));
  refused("RESOURCE_DOES_NOT_EXIST", () => store.createRun({ experimentId: "99" }));
});

test("the run's name and its tag are one thing; a tag may be taken away", (t) => {
  const store = scratchStore(t);
  const id = store.createRun({ name: "first" });
  store.log(id, { tags: { "mlflow.runName": "by tag", k: "v" } });
  assert.equal(store.run(id).name, "by tag");
  store.updateRun(id, { name: "renamed" });
  assert.equal(store.run(id).tags["mlflow.runName"], "renamed");
  store.deleteTag(id, "k");
  assert.equal("k" in store.run(id).tags, false);
  refused("RESOURCE_DOES_NOT_EXIST", () => store.deleteTag(id, "k"));
});

test("a data set is noted once and gathers tags", (t) => {
  const store = scratchStore(t);
  const id = store.createRun();
  const data = {
    name: "wiki-ms",
    digest: "abc123",
    source: '{"path": "data/x"}',
    schema: '{"cols": 2}',
    profile: '{"rows": 10}',
  };
  store.logInputs(id, [{ ...data, context: "training", tags: { split: "a" } }]);
  store.logInputs(id, [
    { ...data, schema: "other", context: "training" },
    { name: "b", digest: "d", source: "s" },
  ]);
  assert.deepEqual(store.inputs(id), [
    { ...data, sourceType: "local", context: "training", tags: { split: "a" } },
    { name: "b", digest: "d", source: "s", sourceType: "local" },
  ]);
  for (const over of [{ name: "x".repeat(501) }, { digest: "x".repeat(37) }, { source: "" }])
    refused("INVALID_PARAMETER_VALUE", () => store.logInputs(id, [{ ...data, ...over }]));
});

test("an artifact is listed with size and sha256, read back, and replaced whole", (t) => {
  const store = scratchStore(t, { now: clock(50, 0).now });
  const id = store.createRun();
  const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
  store.putArtifact(id, "dir/ü ß.txt", Buffer.from("one"));
  store.putArtifact(id, "dir/ü ß.txt", Buffer.from("second"));
  store.putArtifact(id, "empty", new Uint8Array());
  const expected = { path: "dir/ü ß.txt", size: 6, sha256: sha("second"), created: 50 };
  assert.deepEqual(store.artifacts(id), [expected, { path: "empty", size: 0, sha256: sha(""), created: 50 }]);
  assert.deepEqual(store.artifacts(id, "dir"), [expected]);
  assert.deepEqual(store.artifacts(id, "di"), []);
  assert.equal(Buffer.from(store.readArtifact(id, "dir/ü ß.txt")).toString(), "second");
  assert.equal(readFileSync(store.artifactFile(id, "dir/ü ß.txt"), "utf8"), "second");
  refused("RESOURCE_DOES_NOT_EXIST", () => store.readArtifact(id, "nope"));
});

test("an artifact cannot leave its run's folder", (t) => {
  const store = scratchStore(t);
  const id = store.createRun();
  for (const path of ["../x", "/etc/x", "a/../../x", "a//b", "", ".", "a/.", "a\\b", "a\0b", "x".repeat(300)])
    refused("INVALID_PARAMETER_VALUE", () => store.putArtifact(id, path, new Uint8Array()));
  store.putArtifact(id, "a", new Uint8Array());
  assert.throws(() => store.putArtifact(id, "a/b", new Uint8Array()), StoreError);
  assert.equal(store.artifacts(id).length, 1);
});

test("runs side by side: a row per field, null where a run has none", (t) => {
  const store = scratchStore(t);
  const [a, b] = ["a", "b"].map((digit) => store.createRun({ runId: digit.repeat(32), name: digit, startTime: 1000 }));
  store.log(a, { params: { lr: "1" }, metrics: [point("m", 0.5, 1)] });
  store.log(b, { params: { lr: "2", x: "y" } });
  store.updateRun(b, { status: "FINISHED", endTime: 3500 });
  assert.deepEqual(store.compare(["a", "b"]), {
    columns: ["field", "a aaaaaaaa", "b bbbbbbbb"],
    rows: [
      ["status", "RUNNING", "FINISHED"],
      ["seconds", null, 2.5],
      ["params.lr", "1", "2"],
      ["params.x", null, "y"],
      ["metrics.m", 0.5, null],
    ],
  });
});
