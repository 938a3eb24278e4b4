import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { Vectors } from "../../src/base/vectors.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { topK } from "../../src/search/topK.ts";
import { brute, productTypesOf, vectors } from "./bruteForce.ts";

const engine = await openEngine({ threads: 1 });
const blocks = (length: number, levels: number[]): number[] => levels.flatMap((x) => new Array(length).fill(x));

/** Checks every type of products against the float64 search, in ids and scores. */
function same(queries: Vectors, corpus: Vectors, k: number): void {
  const wanted = brute(queries, corpus, k);
  for (const products of productTypesOf(engine)) {
    const found = topK(engine, queries, corpus, k, { products });
    assert.deepEqual(Array.from(found.indices), wanted.indices, `ids with ${products}, k ${k}`);
    assert.deepEqual(Array.from(found.scores), wanted.scores, `scores with ${products}, k ${k}`);
  }
}

// The inequality of Cauchy and Schwarz is an equality where what rounding took off is parallel to the other vector. The
// cosines lie nearer to each other than those differences, which put them into another order.

test("rows whose values are all rounded down do not lose their place", () => {
  const random = new Random(11);
  // 64 values of 1/8 at unit length: the query is exact, in 8 bits and in 1/32000
  const query = vectors([[...blocks(64, [1]), ...blocks(12, [0])]]);
  const row = (part: number): number[] => {
    const value = (3840 + part) / 32000;
    return [...blocks(64, [value]), ...blocks(12, [Math.sqrt((1 - 64 * value ** 2) / 12)])];
  };
  // of 1/32000, rounding takes .44 to .46 off the first rows and .47 to .49 off the nearer ones behind them
  const rows = Array.from({ length: 350 }, (_, i) => row((i < 300 ? 0.44 : 0.47) + 0.02 * random.uniform()));
  for (const k of [1, 5, 40]) same(query, vectors(rows), k);
});

test("queries whose values are rounded one way before one row and the other way before another find the nearer one", () => {
  const random = new Random(12);
  // rows of 64 values of 1/8 at unit length are exact
  const corpus = vectors([blocks(32, [1, 1, 0, 0]), blocks(32, [0, 0, 1, 1])]);
  const queries = Array.from({ length: 5000 }, () =>
    blocks(
      32,
      Array.from({ length: 4 }, () => 1 + 0.02 * random.normal()),
    ),
  );
  same(vectors(queries), corpus, 1);
});

test("rows whose products are all rounded down to one number do not lose their place", () => {
  const random = new Random(13);
  // of length 1 and exact in bfloat16: 63/64 + 3/256 + 3/1024 + 4/4096
  const large = blocks(63, [1 / 8]);
  const small = blocks(3, [1 / 16, 1 / 32]);
  const least = blocks(1, [1 / 64, 1 / 64, 1 / 64, 1 / 64]);
  const row = (turned: number): number[] => {
    const signs = random.shuffle(large.map((x, i) => (i < 15 ? -x : x)));
    return [...signs, ...small.map((x) => -x), ...least.map((x, i) => (i < turned ? -x : x))];
  };
  // cosines of .5 + 3/2048, then of .5 + 2^-9; the bfloat16 after .5 is .5 + 2^-8, and a tie goes to .5
  const rows = [...Array.from({ length: 300 }, () => row(1)), ...Array.from({ length: 50 }, () => row(0))];
  const query = vectors([[...large, ...small, ...least]]);
  const { scores } = brute(query, vectors(rows), 51);
  assert.deepEqual([scores[0], scores[49], scores[50]], [0.5 + 2 ** -9, 0.5 + 2 ** -9, 0.5 + 3 / 2048]);
  for (const k of [1, 5, 60]) same(query, vectors(rows), k);
});

test("rows that make up with their last values for their first ones do not lose their place", () => {
  const random = new Random(14);
  const normals = (count: number): number[] => Array.from({ length: count }, () => random.normal());
  const first = normals(384);
  const last = normals(300);
  const scaled = (values: number[], length: number): number[] =>
    values.map((x) => (x * length) / Math.hypot(...values));
  // what is left of a row after its first values is parallel to what is left of the query, and 16 rows are alike
  const rows = Array.from({ length: 40 }, (_, group) => {
    const share = 0.5 + 0.004 * group;
    const start = scaled(normals(384), Math.sqrt(1 - share ** 2));
    const end = scaled(last, share);
    return Array.from({ length: 16 }, () => [...start, ...end.map((x) => x * (1 + 1e-4 * random.normal()))]);
  });
  const query = [...scaled(first, 0.6), ...scaled(last, 0.8)];
  const queries = vectors(Array.from({ length: 4 }, () => query));
  for (const k of [1, 16, 40]) for (const all of [rows, rows.toReversed()]) same(queries, vectors(all.flat()), k);
});
