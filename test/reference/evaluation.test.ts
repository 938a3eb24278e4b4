import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { usualMeasures } from "../../src/eval/measure.ts";
import { scoreRankings } from "../../src/eval/scoreRankings.ts";
import { topK } from "../../src/search/topK.ts";
import { ask, skip } from "./python.ts";

test("search and measures give the scores of sentence-transformers' evaluator", { skip }, async () => {
  const random = new Random(8);
  const [q, n, d] = [40, 150, 12];
  const vectors = (rows: number) => Float32Array.from({ length: rows * d }, () => random.normal());
  const [queries, corpus] = [vectors(q), vectors(n)];
  const row = (data: Float32Array, i: number) => [...data.subarray(i * d, (i + 1) * d)];
  const relevant = Array.from(
    { length: q },
    () => new Set(Array.from({ length: 1 + random.int(4) }, () => random.int(n))),
  );
  const names = (prefix: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, `${prefix}${i}`]));
  const named = (prefix: string, data: Float32Array) =>
    Array.from({ length: data.length / d }, (_, i) => [`${prefix}${i}`, row(data, i)]);
  const theirs = ask<Record<string, number>>("retrieval_scores.py", {
    queries: names("q", q),
    corpus: names("d", n),
    relevant: Object.fromEntries(relevant.map((docs, i) => [`q${i}`, [...docs].map((doc) => `d${doc}`)])),
    vectors: Object.fromEntries([...named("q", queries), ...named("d", corpus)]),
  });
  const engine = await openEngine({ threads: 1 });
  const { indices } = topK(engine, { data: queries, n: q, d }, { data: corpus, n, d }, 10);
  const grades = relevant.map((docs) => new Map([...docs].map((doc) => [doc, 1])));
  const scores = scoreRankings({ indices, depth: 10, relevant: grades, measures: usualMeasures([1, 3, 5, 10]) });
  for (const [name, want] of Object.entries(theirs)) {
    const values = scores.get(name);
    assert.ok(values, `no ${name} among ${[...scores.keys()].join(", ")}`);
    const mean = values.reduce((sum, value) => sum + value, 0) / q;
    assert.ok(Math.abs(mean - want) < 1e-9, `${name}: ${mean}, theirs ${want}`);
  }
});
