import { ShapeError } from "../base/errors.ts";
import type { Vectors } from "../base/vectors.ts";
import type { Engine } from "../engine/engine.ts";
import { checkVectors } from "./checkVectors.ts";

/** One query's cosines with the whole corpus. */
export interface CosineRow {
  query: number;
  /** [N]; valid until the next row is asked for */
  scores: Float32Array;
}

/** Values of a block of rows: 64 MB. */
const BLOCK_VALUES = 1 << 24;

/**
 * The cosines of each query with every corpus row, one query at a time, in float32; for scores that need the whole row,
 * such as hybrids. Memory: one block of rows, and both sides as tensors.
 *
 * @param queries [Q, D]
 * @param corpus  [N, D]
 * @throws {InputError} no vectors, NaN or infinite values
 * @throws {ShapeError} widths that differ
 */
export function* cosineRows(engine: Engine, queries: Vectors, corpus: Vectors): Generator<CosineRow> {
  checkVectors("cosineRows", "queries", queries);
  checkVectors("cosineRows", "corpus", corpus);
  if (queries.d !== corpus.d)
    throw new ShapeError(
      "cosineRows",
      `queries and corpus must have the same width, got ${queries.d} and ${corpus.d}`,
      "Encode both with one model.",
    );
  const { d } = queries;
  const { n } = corpus;
  const columns = engine.tidy(() => engine.transpose(engine.normalize(engine.tensor(corpus.data, [n, d])), 0, 1));
  try {
    const blockRows = Math.max(1, Math.floor(BLOCK_VALUES / n));
    for (let from = 0; from < queries.n; from += blockRows) {
      const rows = Math.min(blockRows, queries.n - from);
      const part = queries.data.subarray(from * d, (from + rows) * d);
      const block = engine.tidy(() =>
        engine.toFloat32(engine.matmul(engine.normalize(engine.tensor(part, [rows, d])), columns)),
      );
      for (let row = 0; row < rows; row++) yield { query: from + row, scores: block.subarray(row * n, (row + 1) * n) };
    }
  } finally {
    engine.free(columns);
  }
}
