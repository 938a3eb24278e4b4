/** A dense matrix of row vectors in plain memory: what leaves an encoder and enters search, mining and evaluation. */
export interface Vectors {
  /** Row-major values, length n * d. */
  data: Float32Array;
  /** Number of rows. */
  n: number;
  /** Width of a row. */
  d: number;
  /** Of rows cut from more: the number of the first, by which errors count. Default 0. */
  first?: number;
}
