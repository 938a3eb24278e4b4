import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { Vectors } from "../../src/base/vectors.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { cosineRows } from "../../src/search/cosineRows.ts";
import { topK } from "../../src/search/topK.ts";

const engine = await openEngine({ threads: 1 });

function vectors(rows: number[][]): Vectors {
  return { data: Float32Array.from(rows.flat()), n: rows.length, d: rows[0].length };
}

function gaussian(seed: number, n: number, d: number): Vectors {
  const random = new Random(seed);
  return { data: Float32Array.from({ length: n * d }, () => random.normal()), n, d };
}

/** Every cosine in float64, sorted by score rounded to float32, then by index. */
function brute(queries: Vectors, corpus: Vectors, k: number): { indices: number[]; scores: number[] } {
  const row = (v: Vectors, i: number) => Array.from(v.data.subarray(i * v.d, (i + 1) * v.d));
  const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const indices = [];
  const scores = [];
  for (let q = 0; q < queries.n; q++) {
    const a = row(queries, q);
    const all = Array.from({ length: corpus.n }, (_, i) => {
      const b = row(corpus, i);
      const norm = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
      return { i, score: norm === 0 ? 0 : Math.fround(dot(a, b) / norm) };
    });
    all.sort((x, y) => y.score - x.score || x.i - y.i);
    indices.push(...all.slice(0, k).map(({ i }) => i));
    scores.push(...all.slice(0, k).map(({ score }) => score));
  }
  return { indices, scores };
}

function same(queries: Vectors, corpus: Vectors, k: number, blocks: { queryRows?: number; corpusRows?: number }) {
  const found = topK(engine, queries, corpus, k, blocks);
  const wanted = brute(queries, corpus, k);
  assert.deepEqual(Array.from(found.indices), wanted.indices);
  assert.deepEqual(Array.from(found.scores), wanted.scores);
}

describe("topK", () => {
  it("equals a brute-force float64 search, whatever the block sizes", () => {
    const queries = gaussian(1, 23, 48);
    const corpus = gaussian(2, 311, 48);
    for (const blocks of [{}, { queryRows: 5, corpusRows: 7 }, { queryRows: 1, corpusRows: 100 }])
      for (const k of [1, 10, 311]) same(queries, corpus, k, blocks);
  });

  it("breaks ties by the smaller index, also at the k-th place and across blocks", () => {
    const random = new Random(4);
    const small = (n: number) =>
      vectors(Array.from({ length: n }, () => Array.from({ length: 3 }, () => random.int(3))));
    const queries = small(40);
    const corpus = small(500);
    for (const blocks of [{}, { queryRows: 7, corpusRows: 33 }])
      for (const k of [1, 4, 50]) same(queries, corpus, k, blocks);
  });

  it("gives 200 copies of one vector in index order", () => {
    const corpus = vectors(Array.from({ length: 200 }, () => [0.3, -0.7, 0.1]));
    const found = topK(engine, vectors([[0.1, 0.2, 0.3]]), corpus, 60, { corpusRows: 64 });
    assert.deepEqual(
      Array.from(found.indices),
      Array.from({ length: 60 }, (_, i) => i),
    );
    assert.equal(new Set(found.scores).size, 1);
  });

  it("orders vectors whose cosines differ less than float32 products can tell", () => {
    const random = new Random(6);
    const base = Array.from({ length: 256 }, () => random.normal());
    const rows = Array.from({ length: 300 }, () => base.map((x) => x + 1e-6 * random.normal()));
    const queries = vectors(Array.from({ length: 20 }, () => base.map(() => random.normal())));
    assert.ok(new Set(brute(queries, vectors(rows), 20).scores).size > 100, "scores differ");
    for (const corpusRows of [60, 300]) same(queries, vectors(rows), 20, { corpusRows });
  });

  it("holds a vector of zeros to have cosine 0, and frees all it made", () => {
    const before = engine.memory().tensors;
    const found = topK(
      engine,
      vectors([
        [0, 0],
        [1, 0],
      ]),
      vectors([
        [-1, 0],
        [0, 0],
        [2, 2],
      ]),
      3,
    );
    assert.deepEqual(Array.from(found.indices), [0, 1, 2, 2, 1, 0]);
    assert.deepEqual(Array.from(found.scores.subarray(3)), [Math.fround(Math.SQRT1_2), 0, -1]);
    assert.equal(engine.memory().tensors, before);
  });

  it("refuses NaN, empty pools, mixed widths, wrong lengths and a k larger than the pool", () => {
    const one = vectors([[1, 2]]);
    const empty = { data: new Float32Array(0), n: 0, d: 2 };
    const refuse = (q: Vectors, c: Vectors, k: number, message: RegExp) =>
      assert.throws(() => topK(engine, q, c, k), { message });
    refuse(
      one,
      vectors([
        [1, 1],
        [Number.NaN, 0],
      ]),
      1,
      /topK: row 1 of corpus holds NaN or an infinity\. Encode its text again/,
    );
    refuse(vectors([[Number.POSITIVE_INFINITY, 0]]), one, 1, /row 0 of queries holds NaN or an infinity/);
    refuse(one, empty, 1, /corpus has no vectors/);
    refuse(empty, one, 1, /queries has no vectors/);
    refuse(one, vectors([[1, 2, 3]]), 1, /must have the same width, got 2 and 3/);
    refuse(one, { data: new Float32Array(5), n: 2, d: 2 }, 1, /corpus must hold \[2, 2\] values, got 5/);
    for (const k of [0, 2, 1.5])
      refuse(one, one, k, new RegExp(`k must be in 1 \\.\\. 1, the size of the pool, got ${k}`));
  });

  it("reports progress in queries", () => {
    const seen: number[] = [];
    topK(engine, gaussian(1, 10, 4), gaussian(2, 5, 4), 2, { queryRows: 4, onProgress: ({ done }) => seen.push(done) });
    assert.deepEqual(seen, [4, 8, 10]);
  });
});

describe("cosineRows", () => {
  it("gives every cosine, within float32", () => {
    const queries = gaussian(8, 9, 33);
    const corpus = gaussian(9, 40, 33);
    const before = engine.memory().tensors;
    let rows = 0;
    for (const { query, scores } of cosineRows(engine, queries, corpus)) {
      const part = { data: queries.data.subarray(query * 33, (query + 1) * 33), n: 1, d: 33 };
      const wanted = brute(part, corpus, 40);
      for (const [place, i] of wanted.indices.entries()) assert.ok(Math.abs(scores[i] - wanted.scores[place]) < 1e-6);
      rows++;
    }
    assert.equal(rows, 9);
    assert.equal(engine.memory().tensors, before);
  });
});
