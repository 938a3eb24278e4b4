import type { DistanceSpace } from "./distanceSpace.ts";
import type { RowBlock } from "./siftPairs.ts";

/** Where a block of rows is in memory. */
export interface ThresholdView {
  space: DistanceSpace;
  /** Rows of the space: the block's first anchor, and its first row of the corpus. */
  anchors: number;
  corpus: number;
}

/** All rows that distance-threshold mining compares, wherever they are kept. */
export interface ThresholdRows {
  readonly n: number;
  /** Brings a block's rows into memory; the view before is then void. */
  meet(block: RowBlock): ThresholdView;
  /** The distances of a row to others, in float64. [rows] */
  distances(anchor: number, rows: Int32Array): Float64Array;
}
