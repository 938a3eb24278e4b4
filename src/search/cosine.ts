import type { Vectors } from "../base/vectors.ts";

/**
 * The cosine of row i of `a` and row j of `b`, worked out in float64 and rounded to float32: the very score that
 * `topK` gives for the pair. 0 when one of them is a vector of zeros.
 */
export function cosine(a: Vectors, i: number, b: Vectors, j: number): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let x = i * a.d, y = j * b.d, end = x + a.d; x < end; x++, y++) {
    dot += a.data[x] * b.data[y];
    aa += a.data[x] * a.data[x];
    bb += b.data[y] * b.data[y];
  }
  const norm = Math.sqrt(aa) * Math.sqrt(bb);
  return norm === 0 ? 0 : Math.fround(dot / norm);
}
