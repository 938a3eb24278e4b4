import type { DistanceSpace } from "./distanceSpace.ts";
import { NearestRows } from "./nearestRows.ts";
import { Reservoir } from "./reservoir.ts";
import type { ThresholdRows } from "./thresholdRows.ts";

/** The rows of one kind that an anchor keeps, and how many there were. */
export interface KeptRows {
  /** Row numbers, nearest first. */
  rows: Int32Array;
  /** Their Euclidean distances to the anchor, in the same order. */
  distances: Float64Array;
  /** How many fell on this side of the threshold, kept or not. */
  found: number;
}

/** One anchor's positives or negatives while the corpus passes by: all, the nearest, or a uniform sample. */
export class ThresholdKeeper {
  found = 0;
  private readonly anchor: number;
  /** Where the rows offered next are: their space, the anchor in it, and what is taken from a row's number. */
  private space: DistanceSpace | undefined;
  private place = 0;
  private shift = 0;
  private readonly keeps: Reservoir | NearestRows | number[];

  /** @param seed of the sample; undefined keeps the nearest. Infinite `size` keeps all, either way. */
  constructor(anchor: number, size: number, seed: number | undefined) {
    this.anchor = anchor;
    if (size === Number.POSITIVE_INFINITY) this.keeps = [];
    else this.keeps = seed === undefined ? new NearestRows(size) : new Reservoir(size, seed);
  }

  /** Says where the rows are that are offered next: row `shift + r` of all is row r of the space, the anchor is `place`. */
  show(space: DistanceSpace, place: number, shift: number): void {
    this.space = space;
    this.place = place;
    this.shift = shift;
  }

  /**
   * A row on the right side of the threshold; rows come in rising order.
   * @param least a lower bound of its distance
   */
  offer(row: number, least: number): void {
    const { keeps } = this;
    this.found++;
    if (keeps instanceof Reservoir) keeps.offer(row);
    else if (!(keeps instanceof NearestRows)) keeps.push(row);
    else if (least <= keeps.worst) keeps.offer(row, this.space!.between(this.place, row - this.shift));
  }

  /**
   * Rows on the right side of the threshold and further away than `reach` was when it was last asked: most of a corpus.
   * Those that enter no sample are counted 32 at a time.
   *
   * @param bits  1 where the row is one of them; the first is of row `first`
   * @param range of bits that count
   */
  offerFar(bits: Uint32Array, [from, to]: readonly [from: number, to: number], first: number): void {
    for (let at = from; at < to; at = (at | 31) + 1) {
      let word = bits[at >> 5] & (-1 << (at & 31));
      if (to - (at & ~31) < 32) word &= (1 << (to & 31)) - 1;
      const rows = onesIn(word);
      if (rows <= this.idle) this.pass(rows);
      else
        for (; word !== 0; word &= word - 1) {
          if (this.idle > 0) this.pass(1);
          else this.offer(first + (at & ~31) + 31 - Math.clz32(word & -word), 0);
        }
    }
  }

  /** Rows further away are only counted. 0 where the distance does not decide what is kept. */
  get reach(): number {
    return this.keeps instanceof NearestRows ? this.keeps.worst : 0;
  }

  /** How many rows are held at present. */
  get kept(): number {
    const { keeps } = this;
    if (keeps instanceof Reservoir) return keeps.values.length;
    return keeps instanceof NearestRows ? keeps.rows.length : keeps.length;
  }

  /** @param all for the distances of what is kept */
  result(all: Pick<ThresholdRows, "distances">): KeptRows {
    const { keeps, anchor, found } = this;
    if (keeps instanceof NearestRows)
      return { rows: Int32Array.from(keeps.rows), distances: Float64Array.from(keeps.distances), found };
    const rows = Int32Array.from(keeps instanceof Reservoir ? keeps.values : keeps);
    const distances = all.distances(anchor, rows);
    const order = Array.from(rows.keys()).sort((a, b) => distances[a] - distances[b] || rows[a] - rows[b]);
    return {
      rows: Int32Array.from(order, (i) => rows[i]),
      distances: Float64Array.from(order, (i) => distances[i]),
      found,
    };
  }

  /** How many of the next rows beyond `reach` will be counted and not kept. */
  private get idle(): number {
    const { keeps } = this;
    if (keeps instanceof Reservoir) return keeps.idle;
    return keeps instanceof NearestRows && keeps.worst < Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : 0;
  }

  private pass(rows: number): void {
    this.found += rows;
    if (this.keeps instanceof Reservoir) this.keeps.seen += rows;
  }
}

/** How many bits of a 32-bit integer are 1 (Warren 2012, Hacker's Delight, 5-1). */
function onesIn(word: number): number {
  let pairs = word - ((word >>> 1) & 0x55555555);
  pairs = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((pairs + (pairs >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
