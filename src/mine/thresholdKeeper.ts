import type { DistanceSpace } from "./distanceSpace.ts";
import { NearestRows } from "./nearestRows.ts";
import { Reservoir } from "./reservoir.ts";

/** The rows of one kind that an anchor keeps, and how many there were. */
export interface KeptRows {
  /** Row numbers, nearest first. */
  rows: Int32Array;
  /** Their Euclidean distances to the anchor, in the same order. */
  distances: Float64Array;
  /** How many fell on this side of the threshold, kept or not. */
  found: number;
}

/** One anchor's positives or negatives while the corpus passes by: the nearest, or a uniform sample. */
export class ThresholdKeeper {
  found = 0;
  private readonly space: DistanceSpace;
  private readonly anchor: number;
  private readonly sample: Reservoir | undefined;
  private readonly nearest: NearestRows;
  private readonly size: number;

  /** @param seed of the sample; undefined keeps the nearest. Infinite `size` keeps all, either way. */
  constructor(space: DistanceSpace, anchor: number, size: number, seed: number | undefined) {
    this.space = space;
    this.anchor = anchor;
    this.size = size;
    this.nearest = new NearestRows(size);
    if (seed !== undefined && size !== Number.POSITIVE_INFINITY) this.sample = new Reservoir(size, seed);
  }

  /**
   * A row on the right side of the threshold; rows come in rising order.
   * @param least a lower bound of its distance
   */
  offer(row: number, least: number): void {
    this.found++;
    if (this.sample) this.sample.offer(row);
    else if (least <= this.nearest.worst) this.nearest.offer(row, this.space.between(this.anchor, row));
  }

  /**
   * Rows from .. to, all on the right side of the threshold and further away than `reach` was when it was last asked:
   * most of a corpus, which enters no sample and is counted at once.
   */
  offerFar(from: number, to: number): void {
    for (let row = from; row < to; ) {
      const passed = Math.min(this.idle, to - row);
      if (passed === 0) this.offer(row++, 0);
      else {
        row += passed;
        this.found += passed;
        if (this.sample) this.sample.seen += passed;
      }
    }
  }

  /** Rows further away are only counted. 0 where the distance does not decide what is kept. */
  get reach(): number {
    return this.sample || this.size === Number.POSITIVE_INFINITY ? 0 : this.nearest.worst;
  }

  /** How many rows are held at present. */
  get kept(): number {
    return this.sample?.values.length ?? this.nearest.rows.length;
  }

  result(): KeptRows {
    for (const row of this.sample?.values ?? []) this.nearest.offer(row, this.space.between(this.anchor, row));
    return { ...this.nearest.sorted(), found: this.found };
  }

  /** How many of the next rows beyond `reach` will be counted and not kept. */
  private get idle(): number {
    if (this.sample) return this.sample.idle;
    return this.nearest.worst === Number.POSITIVE_INFINITY ? 0 : Number.POSITIVE_INFINITY;
  }
}
