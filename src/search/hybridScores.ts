/**
 * Dense and lexical scores of one query as one: cosine + weight * bm25 / (the query's greatest bm25 + 1e-9).
 *
 * @param dense   [N] cosines
 * @param lexical [N] BM25 scores
 * @param weight  at least 0; 0 is the dense ranking
 * @returns       [N]
 */
export function hybridScores(dense: Float32Array, lexical: Float32Array, weight: number): Float32Array {
  let greatest = 0;
  for (const score of lexical) if (score > greatest) greatest = score;
  const factor = weight / (greatest + 1e-9);
  return Float32Array.from(dense, (cosine, i) => cosine + factor * lexical[i]);
}
