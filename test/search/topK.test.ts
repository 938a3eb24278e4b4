import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { Vectors } from "../../src/base/vectors.ts";
import type { ProductType } from "../../src/engine/nativeSearch.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { checkVectors } from "../../src/search/checkVectors.ts";
import { cosineRows } from "../../src/search/cosineRows.ts";
import { nearestByEngine } from "../../src/search/nearestByEngine.ts";
import { topK } from "../../src/search/topK.ts";
import { brute, productTypesOf, vectors } from "./bruteForce.ts";

const engine = await openEngine({ threads: 1 });
const productTypes = productTypesOf(engine);

function gaussian(seed: number, n: number, d: number): Vectors {
  const random = new Random(seed);
  return { data: Float32Array.from({ length: n * d }, () => random.normal()), n, d };
}

interface Blocks {
  queryRows?: number;
  corpusRows?: number;
  products?: ProductType;
}

/** Checks every way to search against the brute force, in ids and scores to the last bit. */
function same(queries: Vectors, corpus: Vectors, k: number, blocks: Blocks = {}) {
  const wanted = brute(queries, corpus, k);
  for (const products of [undefined, ...productTypes]) {
    const found = topK(engine, queries, corpus, k, { products, ...blocks });
    assert.deepEqual(Array.from(found.indices), wanted.indices, `ids with ${products}`);
    assert.deepEqual(Array.from(found.scores), wanted.scores, `scores with ${products}`);
  }
  const norms = { queryNorms: checkVectors("test", "a", queries), corpusNorms: checkVectors("test", "b", corpus) };
  const { queryRows = 2048, corpusRows = 4096 } = blocks;
  const found = nearestByEngine(engine, { queries, corpus, k, ...norms }, { queryRows, corpusRows });
  assert.deepEqual(Array.from(found.indices), wanted.indices, "ids by the engine's operations");
  assert.deepEqual(Array.from(found.scores), wanted.scores, "scores by the engine's operations");
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

  it("orders near-ties of every size, among copies, zeros and rows of odd widths and lengths", () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = new Random(100 + seed);
      const d = 1 + random.int(70);
      const base = Array.from({ length: d }, () => random.normal());
      // differences from far above what each type of product can tell to below the last bit of a score
      const near = () => {
        const size = 10 ** -random.int(9);
        return base.map((x) => Math.fround(x + size * random.normal()));
      };
      const rows: number[][] = [];
      for (let i = 0; i < 260; i++) {
        const kind = random.int(6);
        if (kind === 0 && i > 0) rows.push([...rows[random.int(i)]]);
        else if (kind === 1 && i > 0) rows.push(rows[random.int(i)].map((x) => x * 2));
        else if (kind === 2) rows.push(base.map(() => 0));
        else rows.push(near().map((x) => x * 10 ** (random.int(73) - 36)));
      }
      const queries = vectors([...Array.from({ length: 5 }, near), base.map(() => 0), base.map((x) => -x)]);
      same(queries, vectors(rows), 1 + random.int(40), {
        queryRows: 1 + random.int(9),
        corpusRows: 1 + random.int(300),
      });
    }
  });

  it("finds the best among more near-ties than it holds candidates", () => {
    const random = new Random(8);
    const base = Array.from({ length: 32 }, () => random.normal());
    const rows = Array.from({ length: 3000 }, () => base.map((x) => x + 1e-4 * random.normal()));
    same(vectors([base, base.map((x) => x + 1e-4 * random.normal())]), vectors(rows), 7);
  });

  it("has products of bfloat16 and of 16-bit integers on a CPU with AVX2", (t) => {
    if (process.arch !== "x64") return t.skip("another processor");
    assert.deepEqual(productTypes, ["float32", "bfloat16", "int16"]);
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
