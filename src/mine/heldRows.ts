import type { DistanceSpace } from "./distanceSpace.ts";
import type { RowBlock } from "./siftPairs.ts";
import type { ThresholdRows, ThresholdView } from "./thresholdRows.ts";

/** Rows that are in memory all the time. */
export class HeldRows implements ThresholdRows {
  readonly n: number;
  private readonly space: DistanceSpace;

  constructor(space: DistanceSpace) {
    this.space = space;
    this.n = space.n;
  }

  meet({ from, corpusFrom }: RowBlock): ThresholdView {
    return { space: this.space, anchors: from, corpus: corpusFrom };
  }

  distances(anchor: number, rows: Int32Array): Float64Array {
    return this.space.distances(anchor, rows);
  }
}
