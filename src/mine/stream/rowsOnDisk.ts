import type { NativeSearch } from "../../engine/nativeSearch.ts";
import { DistanceSpace } from "../distanceSpace.ts";
import type { RowBlock } from "../siftPairs.ts";
import type { ThresholdRows, ThresholdView } from "../thresholdRows.ts";
import type { VectorRows } from "./vectorRows.ts";

/** Rows read at once when all are checked, and when distances are worked out. */
const TOGETHER = 1024;

/**
 * The rows of a file for distance-threshold mining: a block's anchors and its stretch of the corpus lie side by side in
 * memory that is taken once.
 */
export class RowsOnDisk implements ThresholdRows {
  readonly n: number;
  private readonly file: VectorRows;
  private readonly normalize: boolean;
  private readonly native: NativeSearch | undefined;
  private memory: Float32Array = new Float32Array(0);
  /** The anchors that lie in it: first and count. */
  private held = [-1, -1];

  /** @throws {InputError} as `DistanceSpace`, with the row's number in the file */
  constructor(file: VectorRows, normalize: boolean, native?: NativeSearch) {
    this.file = file;
    this.n = file.n;
    this.normalize = normalize;
    this.native = native;
    this.check();
  }

  meet({ from, count, corpusFrom, columns }: RowBlock): ThresholdView {
    const { d } = this.file;
    const isHeld = this.held[0] === from && this.held[1] === count;
    const memory = this.roomFor(count + columns);
    if (!isHeld || memory !== this.memory) this.file.read(from, count, memory);
    this.memory = memory;
    this.held = [from, count];
    this.file.read(corpusFrom, columns, memory.subarray(count * d));
    return { space: this.spaceOf(memory, count + columns), anchors: 0, corpus: count };
  }

  distances(anchor: number, rows: Int32Array): Float64Array {
    const { d } = this.file;
    const distances = new Float64Array(rows.length);
    const memory = new Float32Array((Math.min(TOGETHER, rows.length) + 1) * d);
    this.file.read(anchor, 1, memory);
    // all that an anchor keeps can be most of the file
    for (let at = 0; at < rows.length; at += TOGETHER) {
      const some = rows.subarray(at, at + TOGETHER);
      for (const [i, row] of some.entries()) this.file.read(row, 1, memory.subarray((i + 1) * d));
      const space = this.spaceOf(memory, some.length + 1);
      const places = some.map((_, i) => i + 1);
      distances.set(space.distances(0, places), at);
    }
    return distances;
  }

  private roomFor(rows: number): Float32Array {
    const values = rows * this.file.d;
    return values <= this.memory.length ? this.memory : new Float32Array(values);
  }

  private spaceOf(memory: Float32Array, n: number, first = 0): DistanceSpace {
    const { d } = this.file;
    const vectors = { data: memory.subarray(0, n * d), n, d, first };
    return new DistanceSpace("mineByThreshold", vectors, this.normalize, this.native);
  }

  /** Reads all rows once, so that a bad one is told before any work is done. */
  private check(): void {
    const { n, d } = this.file;
    const memory = new Float32Array(Math.min(TOGETHER, n) * d);
    for (let from = 0; from < n; from += TOGETHER) {
      const count = Math.min(TOGETHER, n - from);
      this.file.read(from, count, memory);
      this.spaceOf(memory, count, from);
    }
  }
}
