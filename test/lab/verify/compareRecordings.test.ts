import assert from "node:assert/strict";
import { test } from "node:test";
import { compareRecordings } from "../../../src/lab/verify/compareRecordings.ts";
import { machineDifferences } from "../../../src/lab/verify/machineDifferences.ts";
import { type Recording, recording } from "../../../src/lab/verify/recording.ts";
import type { ExportLine } from "../../../src/track/exportRun.ts";

const HEAD: ExportLine = {
  ...{ type: "run", schema: 1, runId: "a".repeat(32), name: "hand", experiment: "e", status: "FINISHED" },
  ...{ startTime: 0, endTime: 1 },
};

/** What of a hand-made run may differ from the usual one. */
interface Made {
  loss?: number | "NaN";
  recall?: number;
  weights?: string;
  speed?: number;
  perQuery?: string;
  base?: string;
  /** Tags of other models that the run was given. */
  given?: Record<string, string>;
  /** A figure of 40 questions on long documents. */
  rag?: number;
  /** What else was logged: curve -> value at step 0. */
  more?: Record<string, number>;
}

/** One system, one loss, one figure of 50 queries. */
function made({
  loss = 0.5,
  recall = 0.4,
  weights = "w",
  speed = 9,
  perQuery = "q",
  base = "b",
  given = { "sulam.weights.base.second": "s", "sulam.weights.rescore.t": "r" },
  rag = 0.5,
  more = {},
}: Made = {}): Recording {
  const table = JSON.stringify({
    columns: ["system", "field", "recallAt1", "queries"],
    data: [["t", "query", recall, 50]],
  });
  const long = JSON.stringify({
    columns: ["system", "field", "chunks", "questions", "answerHitAt1"],
    data: [["t", "query", "words:128:32", 40, rag]],
  });
  const file = { size: 1, created: 0 };
  const point = { type: "metric", timestamp: 0 } as const;
  return recording([
    HEAD,
    { ...point, key: "t/loss", step: 2, value: 0.25 },
    { ...point, key: "t/loss", step: 1, value: loss },
    { ...point, key: "t/tokensPerSecond", step: 1, value: speed },
    { ...point, key: "t/query/recallAt1", step: 0, value: recall },
    { ...point, key: "t/query rag words 128 32/answerHitAt1", step: 0, value: rag },
    ...Object.entries(more).map(([key, value]): ExportLine => ({ ...point, key, step: 0, value })),
    { type: "tag", key: "sulam.weights.base", value: base },
    ...Object.entries(given).map(([key, value]): ExportLine => ({ type: "tag", key, value })),
    { type: "artifact", path: "models/t/model.safetensors", sha256: weights, ...file },
    { type: "artifact", path: "tables/recall.json", sha256: table, text: table, ...file },
    { type: "artifact", path: "tables/rag.json", sha256: long, text: long, ...file },
    { type: "artifact", path: "tables/perQuery.json", sha256: perQuery, ...file },
  ]);
}

/** `what name` of each difference, with `~` before those within the tolerance. */
function compared(found: Made, sameMachine: boolean, tolerance = 0.02): string[] {
  const differences = compareRecordings(made(), made(found), { tolerance, sameMachine });
  return differences.map(({ what, name, within }) => `${within ? "~" : ""}${what} ${name}`);
}

test("the same content has no difference, and speed is none", () => {
  assert.deepEqual(compared({}, true), []);
  assert.deepEqual(compared({ speed: 1 }, true), []);
  const nan = made({ loss: "NaN" });
  assert.deepEqual(compareRecordings(nan, made({ loss: "NaN" }), { tolerance: 0, sameMachine: true }), []);
});

test("what was sampled of the machine is no difference; a measure of a system that is called `system` is", () => {
  const samples = { "system/cpu_utilization_percentage": 90, "system/gpu_0_power_usage_watts": 300 };
  assert.deepEqual(compared({ more: samples }, true), []);
  assert.deepEqual(compared({ more: { "system/query/recallAt1": 0.4 } }, true), [
    "metric system/query/recallAt1 at step 0",
  ]);
});

test("on the same machine with the same weights the last bit of a metric counts", () => {
  const next = 0.5 + 2 ** -53;
  assert.deepEqual(compared({ loss: next }, true), ["metric t/loss at step 1"]);
  assert.deepEqual(compared({ loss: "NaN" }, true), ["metric t/loss at step 1"]);
});

test("on another machine numbers within the tolerance are equal, with the weights that go with them", () => {
  assert.deepEqual(compared({ loss: 0.519, weights: "x" }, false), [
    "~metric t/loss at step 1",
    "~weights models/t/model.safetensors",
  ]);
  assert.deepEqual(compared({ loss: 0.521, weights: "x" }, false)[0], "metric t/loss at step 1");
  assert.deepEqual(compared({ perQuery: "r" }, false), ["~table tables/perQuery.json"]);
});

test("a line of 50 queries may be off by two of them, and not by three", () => {
  const two = compared({ recall: 0.44, loss: 0.51, weights: "x" }, false);
  assert.deepEqual(
    two.filter((name) => !name.startsWith("~")),
    [],
  );
  assert.equal(two.filter((name) => /recall/.test(name)).length, 2, two.join(", "));
  const three = compared({ recall: 0.46, loss: 0.51, weights: "x" }, false);
  assert.deepEqual(
    three.filter((name) => !name.startsWith("~")),
    ["metric t/query/recallAt1 at step 0", "table tables/recall.json row 0 recallAt1"],
  );
});

test("a line of 40 questions on long documents may be off by two of them too, and not by three", () => {
  const names = ["metric t/query rag words 128 32/answerHitAt1 at step 0", "table tables/rag.json row 0 answerHitAt1"];
  assert.deepEqual(
    compared({ rag: 0.55 }, false),
    names.map((name) => `~${name}`),
  );
  assert.deepEqual(compared({ rag: 0.575 }, false), names);
});

test("other weights behind the very same losses are never equal, nor is another base model", () => {
  for (const sameMachine of [true, false]) {
    assert.deepEqual(compared({ weights: "x" }, sameMachine), ["weights models/t/model.safetensors"]);
    assert.deepEqual(compared({ base: "c" }, sameMachine), ["weights base"]);
  }
});

test("a further model with other weights, or none, is never equal; a record from before there were digests says nothing of them", () => {
  const [second, judge] = ["sulam.weights.base.second", "sulam.weights.rescore.t"];
  for (const sameMachine of [true, false]) {
    assert.deepEqual(compared({ given: { [second]: "other", [judge]: "r" } }, sameMachine), ["weights base.second"]);
    assert.deepEqual(compared({ given: { [second]: "s", [judge]: "other" } }, sameMachine), ["weights rescore.t"]);
    assert.deepEqual(compared({ given: { [second]: "s" } }, sameMachine), ["weights rescore.t"]);
    const old = { ...made(), tags: {} };
    assert.deepEqual(compareRecordings(old, made(), { tolerance: 0, sameMachine }), []);
  }
});

test("a param that was moved may differ, and no other", () => {
  const [a, b] = [made(), made()];
  Object.assign(a.params, { "systems.second.model": "m", seed: "0" });
  Object.assign(b.params, { "systems.second.model": "/here/m", seed: "1" });
  const names = (moved?: string[]) =>
    compareRecordings(a, b, { tolerance: 1, sameMachine: true, moved }).map(({ name }) => name);
  assert.deepEqual(names(["systems.second.model"]), ["seed"]);
  assert.deepEqual(names(), ["seed", "systems.second.model"]);
});

test("what one side lacks is a difference on any machine", () => {
  const less = made();
  less.metrics.delete("t/query/recallAt1");
  less.files.delete("models/t/model.safetensors");
  const names = compareRecordings(made(), less, { tolerance: 1, sameMachine: false }).filter(({ within }) => !within);
  assert.deepEqual(
    names.map(({ name, found }) => [name, found]),
    [
      ["t/query/recallAt1 at step 0", null],
      ["models/t/model.safetensors", null],
    ],
  );
});

test("machines are alike but for what both records tell otherwise", () => {
  const on = (cpu: string, tags: Record<string, string>): Recording => {
    const text = JSON.stringify({ cpu, arch: "x64" });
    return { ...made(), tags, files: new Map([["source/environment.json", { sha256: "", text }]]) };
  };
  assert.deepEqual(machineDifferences(on("A", {}), on("A", { "sulam.threads": "1" })), []);
  assert.deepEqual(machineDifferences(on("A", { "sulam.threads": "2" }), on("B", { "sulam.threads": "1" })), [
    "cpu: A, here B",
    "threads: 2, here 1",
  ]);
});
