import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { bootstrapInterval } from "../../src/eval/bootstrapInterval.ts";
import { type Measure, measure, usualMeasures } from "../../src/eval/measure.ts";
import { hitAtK, mapAtK, mrrAtK, ndcgAtK, precisionAtK, recallAtK } from "../../src/eval/metrics.ts";

function fixture<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`../fixtures/eval/${name}`, import.meta.url), "utf8"));
}

describe("metrics", () => {
  const ranked = ["a", "b", "c", "d"];
  const relevant = new Map([
    ["b", 1],
    ["d", 1],
    ["z", 1],
    ["c", 0],
  ]);

  it("are the values worked by hand", () => {
    assert.deepEqual(
      [1, 2, 4, 10].map((k) => recallAtK(ranked, relevant, k)),
      [0, 1 / 3, 2 / 3, 2 / 3],
    );
    assert.deepEqual(
      [1, 2, 10].map((k) => mrrAtK(ranked, relevant, k)),
      [0, 1 / 2, 1 / 2],
    );
    assert.deepEqual(
      [1, 2, 4, 10].map((k) => precisionAtK(ranked, relevant, k)),
      [0, 1 / 2, 2 / 4, 2 / 10],
    );
    assert.deepEqual(
      [1, 2, 4].map((k) => hitAtK(ranked, relevant, k)),
      [0, 1, 1],
    );
    // hits at ranks 2 and 4, of three relevant documents
    assert.deepEqual(
      [1, 2, 4, 10].map((k) => mapAtK(ranked, relevant, k)),
      [0, 1 / 2 / 3, (1 / 2 + 2 / 4) / 3, (1 / 2 + 2 / 4) / 3],
    );
    // DCG 1/log2(3) + 1/log2(5); best order 1 + 1/log2(3) + 1/log2(4)
    const ndcg = (1 / Math.log2(3) + 1 / Math.log2(5)) / (1 + 1 / Math.log2(3) + 1 / 2);
    assert.ok(Math.abs(ndcgAtK(ranked, relevant, 10) - ndcg) < 1e-15);
    assert.ok(Math.abs(ndcgAtK(["x", "y"], new Map([["y", 3]]), 10) - 1 / Math.log2(3)) < 1e-15);
  });

  it("equal ranx (and pytrec_eval) on 60 random rankings with grades 1 to 3", () => {
    type Case = { ranked: number[]; relevant: [number, number][]; scores: Record<string, number> };
    const cases = fixture<Case>("metrics.json");
    assert.equal(cases.length, 60);
    for (const { ranked, relevant, scores } of cases) {
      const map = new Map(relevant);
      for (const [name, value] of Object.entries(scores)) {
        const [kind, k] = name.replace("hit_rate", "hit").split("@");
        const ours = measure(`${kind}At${k}` as Measure).of(ranked, map);
        assert.ok(Math.abs(ours - value) < 1e-12, `${name}: ${ours}, ranx ${value}`);
      }
    }
  });
});

describe("measure", () => {
  it("refuses a name that is no measure", () => {
    for (const name of ["recall@5", "recallAt0", "accuracyAt1", "constructorAt1", "recallAt"])
      assert.throws(() => measure(name as Measure), /a measure is recall, precision, .* got/, name);
    assert.deepEqual(usualMeasures([1, 5]), ["recallAt1", "recallAt5", "mrrAt10", "ndcgAt10"]);
  });
});

describe("bootstrapInterval", () => {
  it("equals NumPy's percentiles over the same draws", () => {
    type Case = {
      values: number[];
      groups: string[];
      resamples: number;
      seed: number;
      mean: number;
      low: number;
      high: number;
    };
    for (const { mean, low, high, ...input } of fixture<Case>("bootstrap.json")) {
      const ours = bootstrapInterval(input);
      for (const [a, b] of [
        [ours.mean, mean],
        [ours.low, low],
        [ours.high, high],
      ])
        assert.ok(Math.abs(a - b) < 1e-12);
    }
  });

  it("resamples topics, not queries: five equal siblings count as one draw", () => {
    const topics = Array.from({ length: 60 }, (_, i) => i);
    const one = bootstrapInterval({ values: topics.map((t) => t % 2), groups: topics.map(String) });
    const five = topics.flatMap((t) => [t, t, t, t, t]);
    const siblings = bootstrapInterval({ values: five.map((t) => t % 2), groups: five.map(String) });
    assert.ok(Math.abs(one.low - siblings.low) + Math.abs(one.high - siblings.high) < 1e-12);
  });

  it("comes near the normal interval of a mean of 400 independent values", () => {
    const values = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const { mean, low, high } = bootstrapInterval({ values, groups: values.map((_, i) => `${i}`) });
    const half = 1.96 * Math.sqrt((0.25 * 0.75) / 400);
    assert.equal(mean, 0.25);
    assert.ok(Math.abs(low - (mean - half)) < 0.006 && Math.abs(high - (mean + half)) < 0.006, `${low} ${high}`);
  });

  it("is a point for one group, and refuses no values", () => {
    assert.deepEqual(bootstrapInterval({ values: [0, 1], groups: ["a", "a"] }), { mean: 0.5, low: 0.5, high: 0.5 });
    assert.throws(
      () => bootstrapInterval({ values: [], groups: [] }),
      /must be equally long and not empty, got 0 and 0/,
    );
    assert.throws(() => bootstrapInterval({ values: [1], groups: [] }), /got 1 and 0/);
  });
});
