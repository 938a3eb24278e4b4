import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { MetricPoint } from "../../src/track/logBatch.ts";
import { scratchStore } from "./scratch.ts";

test("the latest point is the greatest by step, time and value, however the points are cut into batches", (t) => {
  const store = scratchStore(t);
  const random = new Random(2);
  const values = [Number.NaN, -1, 0, 1, 2, Number.POSITIVE_INFINITY];
  for (let trial = 0; trial < 200; trial++) {
    const id = store.createRun();
    const points: MetricPoint[] = Array.from({ length: 1 + random.int(12) }, () => {
      return { key: "ab"[random.int(2)], value: values[random.int(6)], step: random.int(3), timestamp: random.int(3) };
    });
    for (let at = 0; at < points.length; ) {
      const end = at + 1 + random.int(4);
      store.log(id, { metrics: points.slice(at, end) });
      at = end;
    }
    // As MLflow compares: NaN counts as 0, and of two that tie the first stays.
    const size = ({ value }: MetricPoint): number => (Number.isNaN(value) ? 0 : value);
    const latest: Record<string, MetricPoint> = {};
    for (const point of points) {
      const before = latest[point.key];
      const [a, b] = [point, before].map((one) => one && [one.step, one.timestamp, size(one)]);
      const differs = a?.findIndex((part, i) => part !== b?.[i]) ?? -1;
      if (before === undefined || (differs !== -1 && (a as number[])[differs] > (b as number[])[differs]))
        latest[point.key] = point;
    }
    const expected = Object.fromEntries(Object.entries(latest).map(([key, { value }]) => [key, value]));
    assert.deepEqual(store.run(id).metrics, expected, JSON.stringify(points));
  }
});

test("a batch of any size is stored whole and in its order, what is there already once", (t) => {
  const store = scratchStore(t);
  for (const size of [0, 1, 99, 100, 101, 200, 257, 1000]) {
    const id = store.createRun();
    const metrics: MetricPoint[] = Array.from({ length: size }, (_, i) => {
      return { key: `k${i % 3}`, value: i % 7 === 0 ? Number.NaN : i, step: i, timestamp: 1 };
    });
    for (let again = 0; again < 2; again++) store.log(id, { metrics });
    const sql = "SELECT step FROM metrics JOIN runs USING(run) WHERE run_id = ? ORDER BY seq";
    const steps = store.parts.db.all<{ step: number }>(sql, id).map(({ step }) => step);
    assert.deepEqual(
      steps,
      metrics.map(({ step }) => step),
      `${size} points`,
    );
  }
});
