import { InputError, ShapeError } from "../base/errors.ts";
import type { Vectors } from "../base/vectors.ts";

/** Fills the Euclidean norms [N] of rows; gives the first row with NaN or an infinity, or -1. */
export type FillNorms = (vectors: Vectors, into: Float64Array) => number;

/**
 * Checks vectors at the door and gives their lengths.
 *
 * @param who   the function that complains
 * @param what  what the vectors are, e.g. `corpus`
 * @param norms a faster way to the same norms, where there is one
 * @returns     [N] Euclidean norms, worked out in float64
 * @throws {InputError} no rows, or a row with NaN or an infinity (which row)
 * @throws {ShapeError} a data length that is not n * d
 */
export function checkVectors(who: string, what: string, vectors: Vectors, norms: FillNorms = fillNorms): Float64Array {
  const { data, n, d, first = 0 } = vectors;
  if (n === 0) throw new InputError(who, `${what} has no vectors`, "Give at least one.");
  if (d < 1 || data.length !== n * d)
    throw new ShapeError(who, `${what} must hold [${n}, ${d}] values, got ${data.length}`, "Give each row one width.");
  const into = new Float64Array(n);
  const odd = norms(vectors, into);
  if (odd >= 0)
    throw new InputError(
      who,
      `row ${first + odd} of ${what} holds NaN or an infinity`,
      "Encode its text again; a model with NaN weights must be trained again.",
    );
  return into;
}

function fillNorms({ data, n, d }: Vectors, into: Float64Array): number {
  for (let row = 0, at = 0; row < n; row++) {
    let sum = 0;
    for (const end = at + d; at < end; at++) sum += data[at] * data[at];
    if (!Number.isFinite(sum)) return row;
    into[row] = Math.sqrt(sum);
  }
  return -1;
}
