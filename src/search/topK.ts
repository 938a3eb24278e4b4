import { InputError, ShapeError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import type { Vectors } from "../base/vectors.ts";
import type { Engine } from "../engine/engine.ts";
import { nativeSearch, type ProductType } from "../engine/nativeSearch.ts";
import { checkVectors } from "./checkVectors.ts";
import { nearestByEngine } from "./nearestByEngine.ts";

/** The K nearest corpus rows of each query, nearest first. */
export interface Neighbours {
  /** [Q * K] row numbers in the corpus */
  indices: Int32Array;
  /** [Q * K] cosines */
  scores: Float32Array;
  k: number;
}

/** How `topK` cuts its work into blocks. None of it changes the result. */
export interface TopKOptions {
  /** Queries of a block. Default 2,048. */
  queryRows?: number;
  /** Corpus rows of a block. Default 1,024. A block needs 4 * queryRows * corpusRows bytes, 8 MB by default. */
  corpusRows?: number;
  /** Type of the products that nominate candidates. Default: the fastest on this CPU: bfloat16, int16 or float32. */
  products?: ProductType;
  /** Called after each block, in queries. */
  onProgress?: OnProgress;
}

/**
 * Exact cosine search, block by block: memory does not grow with Q * N.
 *
 * Products of low precision only nominate: whatever their error bound cannot rule out is scored again in float64,
 * rounded to float32, and ordered by that score, then by the smaller index. So the result does not depend on block
 * sizes, threads, device or the type of the products, and equal vectors always tie. A vector of zeros has cosine 0.
 *
 * @param queries [Q, D]
 * @param corpus  [N, D]
 * @throws {InputError} no vectors, NaN or infinite values, k outside 1 .. N
 * @throws {ShapeError} widths that differ
 * @see Higham 2002, Accuracy and Stability of Numerical Algorithms, ch. 3, for the error bound of a dot product
 */
export function topK(
  engine: Engine,
  queries: Vectors,
  corpus: Vectors,
  k: number,
  { queryRows = 2048, corpusRows = 1024, products, onProgress }: TopKOptions = {},
): Neighbours {
  const native = nativeSearch(engine);
  const queryNorms = checkVectors("topK", "queries", queries, native?.norms);
  const corpusNorms = checkVectors("topK", "corpus", corpus, native?.norms);
  if (corpus.d !== queries.d)
    throw new ShapeError(
      "topK",
      `queries and corpus must have the same width, got ${queries.d} and ${corpus.d}`,
      "Encode both with one model.",
    );
  if (!Number.isInteger(k) || k < 1 || k > corpus.n)
    throw new InputError("topK", `k must be in 1 .. ${corpus.n}, the size of the pool, got ${k}`, "Ask for fewer.");

  const sides = { queries, queryNorms, corpus, corpusNorms, k };
  if (native === undefined) return nearestByEngine(engine, sides, { queryRows, corpusRows, onProgress });
  const indices = new Int32Array(queries.n * k);
  const scores = new Float32Array(queries.n * k);
  for (let from = 0; from < queries.n; from += queryRows) {
    const rows = Math.min(queryRows, queries.n - from);
    native.fill({ ...sides, columns: corpusRows, products, indices, scores }, from, rows);
    onProgress?.({ done: from + rows, total: queries.n });
  }
  return { indices, scores, k };
}
