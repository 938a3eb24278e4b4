import type { Vectors } from "../../base/vectors.ts";

/** Vectors [N, D] that are read a piece at a time. */
export interface VectorRows {
  readonly n: number;
  readonly d: number;
  /** Rows from .. from + count, in the memory of `into`. */
  read(from: number, count: number, into: Float32Array): Vectors;
}
