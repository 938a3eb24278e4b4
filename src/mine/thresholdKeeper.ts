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

  /** @param seed of the sample; undefined keeps the nearest. Infinite `size` keeps all, either way. */
  constructor(space: DistanceSpace, anchor: number, size: number, seed: number | undefined) {
    this.space = space;
    this.anchor = anchor;
    this.nearest = new NearestRows(size);
    if (seed !== undefined && size !== Number.POSITIVE_INFINITY) this.sample = new Reservoir(size, seed);
  }

  /**
   * A row on the right side of the threshold; rows come in rising order.
   * @param least a lower bound of its squared distance
   */
  offer(row: number, least: number): void {
    this.found++;
    if (this.sample) this.sample.offer(row);
    else if (least <= this.nearest.worst ** 2) this.nearest.offer(row, this.space.between(this.anchor, row));
  }

  /** How many of the next offers will be counted and not kept, whatever they are. */
  get idle(): number {
    return this.sample?.idle ?? 0;
  }

  /** Counts so many offers, `idle` at most, at once: most of a corpus is far from an anchor and enters no sample. */
  pass(offers: number): void {
    this.found += offers;
    if (this.sample) this.sample.seen += offers;
  }

  /** How many rows are held at present. */
  get kept(): number {
    return this.sample?.values.length ?? this.nearest.rows.length;
  }

  result(): KeptRows {
    for (const row of this.sample?.values ?? []) this.nearest.offer(row, this.space.between(this.anchor, row));
    return { ...this.nearest.sorted(), found: this.found };
  }
}
