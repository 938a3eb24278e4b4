import type { Vectors } from "../../src/base/vectors.ts";
import type { Engine } from "../../src/engine/engine.ts";
import type { ProductType } from "../../src/engine/nativeSearch.ts";
import { topK } from "../../src/search/topK.ts";

/** Types of products that this CPU can use; int16 needs AVX2, bfloat16 sums in float32. */
export function productTypesOf(engine: Engine): ProductType[] {
  return (["float32", "bfloat16", "int16"] as const).filter((products) => {
    try {
      topK(engine, vectors([[1]]), vectors([[1]]), 1, { products });
      return true;
    } catch {
      return false;
    }
  });
}

/** Rows as vectors [N, D]. */
export function vectors(rows: number[][]): Vectors {
  return { data: Float32Array.from(rows.flat()), n: rows.length, d: rows[0].length };
}

/** Every cosine in float64, sorted by score rounded to float32, then by index. */
export function brute(queries: Vectors, corpus: Vectors, k: number): { indices: number[]; scores: number[] } {
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
