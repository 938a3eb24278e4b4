import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../../src/base/random.ts";
import { type CurvePoint, sampleCurve } from "../../../src/track/page/sampleCurve.ts";
import { runRow } from "../../../src/track/runRow.ts";
import type { Store } from "../../../src/track/store.ts";
import { scratchStore } from "../scratch.ts";

function logged(store: Store, points: readonly CurvePoint[]): { run: number; key: number } {
  const id = store.createRun();
  const metrics = points.map((point) => ({ key: "y", ...point }));
  for (let i = 0; i < metrics.length; i += 1000) store.log(id, { metrics: metrics.slice(i, i + 1000) });
  return { run: runRow(store.parts.db, id).run, key: store.parts.keys.find("y")! };
}

function word({ step, timestamp, value }: CurvePoint): string {
  return `${step} ${timestamp} ${value}`;
}

test("what is left out of a curve lies between two points that are shown, and NaN, first and last are shown", (t) => {
  const store = scratchStore(t);
  const random = new Random(11);
  for (let round = 0; round < 25; round++) {
    const count = 1 + random.int(900);
    const most = 8 + random.int(120);
    const stride = 1 + random.int(5);
    const points = Array.from({ length: count }, (_, i): CurvePoint => {
      const kind = random.int(60);
      const value =
        kind === 0 ? Number.NaN : kind === 1 ? 1e9 : kind === 2 ? Number.NEGATIVE_INFINITY : random.normal();
      return { step: i * stride - 50, timestamp: 1e6 + i * 10, value };
    });
    const { run, key } = logged(store, points);
    const { points: shown, count: found } = sampleCurve(store.parts.db, run, key, { most });
    const what = `round ${round}: ${count} points, ${most} shown at most`;
    assert.equal(found, count, what);
    assert.ok(shown.length <= most, `${what}, got ${shown.length}`);
    const all = new Set(points.map(word));
    assert.deepEqual(
      shown.filter((point) => !all.has(word(point))).map(word),
      [],
      `${what}: every point shown was logged`,
    );
    assert.equal(word(shown[0]), word(points[0]), what);
    assert.equal(word(shown.at(-1)!), word(points.at(-1)!), what);
    const inOrder = shown.every((point, i) => i === 0 || point.step >= shown[i - 1].step);
    assert.ok(inOrder, `${what}: in the order of steps`);
    if (count <= most) assert.equal(shown.length, count, what);
    // The whole curve's extremes are spikes: none may be lost.
    const numbers = (list: readonly CurvePoint[]): number[] =>
      list.map(({ value }) => value).filter((v) => !Number.isNaN(v));
    if (numbers(points).length > 0) {
      assert.equal(Math.max(...numbers(shown)), Math.max(...numbers(points)), what);
      assert.equal(Math.min(...numbers(shown)), Math.min(...numbers(points)), what);
    }
    const hasNaN = (list: readonly CurvePoint[]): boolean => list.some(({ value }) => Number.isNaN(value));
    assert.equal(hasNaN(shown), hasNaN(points), what);
  }
});

test("each of equally long stretches keeps its own highest and lowest point", (t) => {
  const store = scratchStore(t);
  const random = new Random(3);
  const points = Array.from(
    { length: 3000 },
    (_, step): CurvePoint => ({ step, timestamp: step, value: random.normal() }),
  );
  const { run, key } = logged(store, points);
  // 302 points at most: first, last and 100 stretches of 30 steps.
  const { points: shown } = sampleCurve(store.parts.db, run, key, { most: 302 });
  for (let start = 0; start < 3000; start += 30) {
    const within = (list: readonly CurvePoint[]): number[] =>
      list.filter(({ step }) => step >= start && step < start + 30).map(({ value }) => value);
    assert.equal(Math.max(...within(shown)), Math.max(...within(points)), `highest from step ${start}`);
    assert.equal(Math.min(...within(shown)), Math.min(...within(points)), `lowest from step ${start}`);
  }
});

test("a part of a curve is shown finer, up to every point", (t) => {
  const store = scratchStore(t);
  const points = Array.from(
    { length: 2000 },
    (_, step): CurvePoint => ({ step, timestamp: step, value: Math.sin(step) }),
  );
  const { run, key } = logged(store, points);
  const { points: shown, count } = sampleCurve(store.parts.db, run, key, { most: 50, from: 700, to: 739 });
  assert.equal(count, 40);
  assert.deepEqual(shown.map(word), points.slice(700, 740).map(word));
});

test("a curve whose points all have one step is cut by time", (t) => {
  const store = scratchStore(t);
  const points = Array.from(
    { length: 1500 },
    (_, i): CurvePoint => ({ step: 0, timestamp: 5000 + i, value: i === 777 ? 50 : i % 7 }),
  );
  const { run, key } = logged(store, points);
  const { points: shown } = sampleCurve(store.parts.db, run, key, { most: 60 });
  const spike = shown.find(({ value }) => value === 50);
  assert.equal(spike?.timestamp, 5777);
  assert.ok(
    new Set(shown.map(({ timestamp }) => Math.floor((timestamp - 5000) / 150))).size === 10,
    "from all over the time",
  );
});
