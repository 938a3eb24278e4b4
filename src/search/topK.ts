import { InputError, ShapeError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import type { Vectors } from "../base/vectors.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import { checkVectors } from "./checkVectors.ts";
import { RunningTop } from "./runningTop.ts";

/** The K nearest corpus rows of each query, nearest first. */
export interface Neighbours {
  /** [Q * K] row numbers in the corpus */
  indices: Int32Array;
  /** [Q * K] cosines */
  scores: Float32Array;
  k: number;
}

/** How `topK` cuts its work into blocks. */
export interface TopKOptions {
  /** Queries of a block. Default 2,048. */
  queryRows?: number;
  /** Corpus rows of a block. Default 16,384. A block needs 4 * queryRows * corpusRows bytes, 128 MB by default. */
  corpusRows?: number;
  /** Called after each block, in queries. */
  onProgress?: OnProgress;
}

/** Candidates asked for beyond k in each block, so that near-ties at the k-th place are seen without a second look. */
const SPARE = 16;

/**
 * Exact cosine search, block by block: memory does not grow with Q * N.
 *
 * The engine's float32 product only nominates: whatever lies within its rounding error of the k-th place is scored
 * again in float64, rounded to float32, and ordered by that score, then by the smaller index. So the result does not
 * depend on block sizes, threads or device, and equal vectors always tie. A vector of zeros has cosine 0.
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
  { queryRows = 2048, corpusRows = 16384, onProgress }: TopKOptions = {},
): Neighbours {
  const queryNorms = checkVectors("topK", "queries", queries);
  const corpusNorms = checkVectors("topK", "corpus", corpus);
  const { d } = queries;
  if (corpus.d !== d)
    throw new ShapeError(
      "topK",
      `queries and corpus must have the same width, got ${d} and ${corpus.d}`,
      "Encode both with one model.",
    );
  if (!Number.isInteger(k) || k < 1 || k > corpus.n)
    throw new InputError("topK", `k must be in 1 .. ${corpus.n}, the size of the pool, got ${k}`, "Ask for fewer.");

  const top = new RunningTop({ queries, queryNorms, corpus, corpusNorms, k });
  for (let q = 0; q < queries.n; q += queryRows) {
    const rows = Math.min(queryRows, queries.n - q);
    engine.tidy(() => {
      const block = engine.tensor(unitRows(queries, queryNorms, q, rows), [rows, d]);
      for (let c = 0; c < corpus.n; c += corpusRows) {
        const columns = Math.min(corpusRows, corpus.n - c);
        engine.tidy(() => {
          const other = engine.tensor(unitRows(corpus, corpusNorms, c, columns), [columns, d]);
          nominate(engine, engine.matmul(block, engine.transpose(other, 0, 1)), top, q, c);
        });
      }
    });
    onProgress?.({ done: q + rows, total: queries.n });
  }
  return top.result();
}

/** Hands the candidates of one block of approximate cosines [rows, columns] to `top`. */
function nominate(engine: Engine, product: Tensor, top: RunningTop, q: number, c: number): void {
  const [rows, columns] = product.shape;
  const asked = Math.min(top.k + SPARE, columns);
  const best = engine.topK(product, asked);
  const values = engine.toFloat32(best.values);
  const indices = engine.toInt32(best.indices);
  for (let row = 0; row < rows; row++) {
    const at = row * asked;
    const floor = top.floor(q + row, asked >= top.k ? values[at + top.k - 1] : Number.NEGATIVE_INFINITY);
    if (asked === columns || values[at + asked - 1] < floor) {
      for (let i = at; i < at + asked && values[i] >= floor; i++) top.offer(q + row, c + indices[i]);
      continue;
    }
    // More near-ties than were asked for: look at the whole row.
    const whole = engine.tidy(() => engine.toFloat32(engine.narrow(product, 0, row, 1)));
    for (let i = 0; i < columns; i++) if (whole[i] >= floor) top.offer(q + row, c + i);
  }
}

/** Rows from .. from + count at unit length; rows of zeros stay zeros. */
function unitRows({ data, d }: Vectors, norms: Float64Array, from: number, count: number): Float32Array {
  const unit = new Float32Array(count * d);
  for (let row = 0, at = from * d, to = 0; row < count; row++) {
    const factor = norms[from + row] === 0 ? 0 : 1 / norms[from + row];
    for (const end = to + d; to < end; to++, at++) unit[to] = data[at] * factor;
  }
  return unit;
}
