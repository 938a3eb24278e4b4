import { InputError } from "../base/errors.ts";
import type { Vectors } from "../base/vectors.ts";
import type { NativeSearch } from "../engine/nativeSearch.ts";
import { checkVectors } from "../search/checkVectors.ts";

/** Beyond this length a float32 product of two vectors could overflow. */
const LONGEST = 1e19;

/**
 * Row vectors [N, D] under the Euclidean distance, as they are or at unit length: the distance itself in float64, and
 * what a float32 product needs to tell most pairs apart without it.
 *
 * Half of |a|^2 + |b|^2 - d^2 is the dot product; in float32 that is off by at most `error` times half of |a|^2 + |b|^2.
 *
 * @see Higham 2002, Accuracy and Stability of Numerical Algorithms, ch. 3, for the error bound of a dot product
 */
export class DistanceSpace {
  readonly n: number;
  readonly d: number;
  /** Relative error of the float32 product. */
  readonly error: number;
  /** [N] half of the squared length of each row. */
  readonly half: Float64Array;
  /** [N, D] the rows as they are. */
  readonly data: Float32Array;
  /** [N] their Euclidean lengths. */
  readonly norms: Float64Array;
  readonly normalize: boolean;
  private readonly native: NativeSearch | undefined;
  /** [N] what each row is divided by. */
  private readonly lengths: Float64Array;

  /**
   * @param normalize rows are set to length 1 first
   * @param native a faster way to lengths and distances, where the engine has one
   * @throws {InputError} no vectors, NaN or infinite values, a vector of zeros that has no direction, one longer than 1e19
   * @throws {ShapeError} a data length that is not n * d
   */
  constructor(who: string, vectors: Vectors, normalize: boolean, native?: NativeSearch) {
    const norms = checkVectors(who, "vectors", vectors, native?.norms);
    this.native = native;
    this.norms = norms;
    this.n = vectors.n;
    this.d = vectors.d;
    this.data = vectors.data;
    this.normalize = normalize;
    const units = (vectors.d + 8) * 2 ** -24;
    this.error = units / (1 - units);
    const wrong = norms.findIndex((norm) => (normalize ? norm === 0 : norm > LONGEST));
    const row = (vectors.first ?? 0) + wrong;
    if (wrong >= 0)
      throw new InputError(
        who,
        normalize
          ? `row ${row} is a vector of zeros, which has no direction`
          : `row ${row} has length ${norms[wrong].toPrecision(3)}, at most ${LONGEST} is allowed`,
        normalize ? "Leave its text out, or compare the vectors as they are." : "Normalise the vectors.",
      );
    this.lengths = normalize ? norms : new Float64Array(vectors.n).fill(1);
    this.half = normalize ? new Float64Array(vectors.n).fill(0.5) : norms.map((norm) => (norm * norm) / 2);
  }

  /** The distance of rows i and j, worked out in float64 from their differences. */
  between(i: number, j: number): number {
    const { data, d, lengths } = this;
    const a = lengths[i];
    const b = lengths[j];
    let sum = 0;
    for (let x = i * d, y = j * d, end = x + d; x < end; x++, y++) {
      const difference = data[x] / a - data[y] / b;
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  /** The distances of row i to others. [rows] */
  distances(i: number, rows: Int32Array): Float64Array {
    return (
      this.native?.distances(this, this.lengths, i, rows) ?? Float64Array.from(rows, (row) => this.between(i, row))
    );
  }

  /** [count, D] rows from .. from + count for the float32 product. */
  rows(from: number, count: number): Float32Array {
    const { data, d, lengths } = this;
    if (!this.normalize) return data.subarray(from * d, (from + count) * d);
    const unit = new Float32Array(count * d);
    for (let row = 0, at = from * d, to = 0; row < count; row++)
      for (const end = to + d; to < end; to++, at++) unit[to] = data[at] / lengths[from + row];
    return unit;
  }
}
