import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { MetricPoint } from "../../src/track/logBatch.ts";
import { openStore } from "../../src/track/openStore.ts";
import type { Store } from "../../src/track/store.ts";
import { TrackError } from "../../src/track/trackError.ts";
import { scratch } from "./scratch.ts";

/** What a run must hold, kept in the plainest way. */
interface Plain {
  params: Map<string, string>;
  tags: Map<string, string>;
  points: MetricPoint[];
  isDeleted: boolean;
}

const VALUES = [0, 1, -2.5, 0.1 + 0.2, 5e-324, Number.MAX_VALUE, Number.NaN, Number.POSITIVE_INFINITY, -1e308];
const KEYS = ["loss", "val/loss", "ünï", "__proto__", "recall_at_10"];
const VALUE_OF = (point: MetricPoint): number => (Number.isNaN(point.value) ? 0 : point.value);

/** MLflow's rule, told otherwise than in SQL: NaN counts as 0, the first of equals stays. */
function latest(points: readonly MetricPoint[]): Record<string, number> {
  const best = new Map<string, MetricPoint>();
  for (const point of points) {
    const old = best.get(point.key);
    const by = old && (point.step - old.step || point.timestamp - old.timestamp || VALUE_OF(point) - VALUE_OF(old));
    if (by === undefined || by > 0) best.set(point.key, point);
  }
  return Object.fromEntries([...best].map(([key, { value }]) => [key, value]));
}

const byPlace = (a: MetricPoint, b: MetricPoint): number =>
  a.step - b.step || a.timestamp - b.timestamp || VALUE_OF(a) - VALUE_OF(b);

function step(store: Store, random: Random, runs: Map<string, Plain>): void {
  const ids = [...runs.keys()];
  const kind = random.int(12);
  if (ids.length === 0 || kind === 0) {
    const id = store.createRun({ name: `run ${ids.length}` });
    runs.set(id, {
      params: new Map(),
      tags: new Map([["mlflow.runName", `run ${ids.length}`]]),
      points: [],
      isDeleted: false,
    });
    return;
  }
  const id = ids[random.int(ids.length)];
  const plain = runs.get(id)!;
  if (kind === 1) {
    if (plain.isDeleted) store.restoreRun(id);
    else store.deleteRun(id);
    plain.isDeleted = !plain.isDeleted;
    return;
  }
  const points = Array.from({ length: random.int(6) }, () => ({
    key: KEYS[random.int(KEYS.length)],
    value: VALUES[random.int(VALUES.length)],
    step: random.int(7) - 3,
    timestamp: random.int(3),
  }));
  const params = { [`p${random.int(4)}`]: String(random.int(2)) };
  const tags = { [`t${random.int(4)}`]: String(random.int(100)) };
  const isConflict = Object.entries(params).some(([key, value]) => (plain.params.get(key) ?? value) !== value);
  try {
    store.log(id, { metrics: points, params, tags });
    assert.equal(isConflict || plain.isDeleted, false, "a changed param or a deleted run must be refused");
  } catch (error) {
    assert.ok(error instanceof TrackError && (isConflict || plain.isDeleted), String(error));
    return;
  }
  for (const [key, value] of Object.entries(params)) plain.params.set(key, value);
  for (const [key, value] of Object.entries(tags)) plain.tags.set(key, value);
  for (const point of points)
    if (
      !plain.points.some(
        (old) => byPlace(old, point) === 0 && old.key === point.key && Object.is(old.value, point.value),
      )
    )
      plain.points.push(point);
}

function compare(store: Store, runs: Map<string, Plain>): void {
  const records = [...store.runs(), ...store.runs({ deleted: true })];
  assert.deepEqual(new Set(records.map((record) => record.runId)), new Set(runs.keys()));
  for (const record of records) {
    const plain = runs.get(record.runId)!;
    assert.equal(record.lifecycleStage, plain.isDeleted ? "deleted" : "active");
    assert.deepEqual(record.params, Object.fromEntries(plain.params));
    assert.deepEqual(record.tags, Object.fromEntries(plain.tags));
    assert.deepEqual(record.metrics, latest(plain.points));
    assert.deepEqual(store.run(record.runId), record);
    for (const key of KEYS) {
      const points = plain.points.filter((point) => point.key === key).sort(byPlace);
      assert.deepEqual(store.history(record.runId, key).map(VALUE_OF), points.map(VALUE_OF));
      assert.equal(
        store.history(record.runId, key).filter(({ value }) => Number.isNaN(value)).length,
        points.filter(({ value }) => Number.isNaN(value)).length,
      );
    }
  }
}

for (const seed of [1, 2, 3])
  test(`any sequence of calls leaves what a plain in-memory model holds, after reopening too (seed ${seed})`, (t) => {
    const dir = scratch(t);
    const random = new Random(seed);
    const runs = new Map<string, Plain>();
    let store = openStore({ dir });
    for (let i = 0; i < 300; i++) {
      step(store, random, runs);
      if (random.int(100) === 0) {
        store.close();
        store = openStore({ dir });
      }
    }
    compare(store, runs);
    store.close();
  });
