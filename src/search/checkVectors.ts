import { InputError, ShapeError } from "../base/errors.ts";
import type { Vectors } from "../base/vectors.ts";

/**
 * Checks vectors at the door and gives their lengths.
 *
 * @param who  the function that complains
 * @param what what the vectors are, e.g. `corpus`
 * @returns    [N] Euclidean norms, worked out in float64
 * @throws {InputError} no rows, or a row with NaN or an infinity (which row)
 * @throws {ShapeError} a data length that is not n * d
 */
export function checkVectors(who: string, what: string, { data, n, d }: Vectors): Float64Array {
  if (n === 0) throw new InputError(who, `${what} has no vectors`, "Give at least one.");
  if (d < 1 || data.length !== n * d)
    throw new ShapeError(who, `${what} must hold [${n}, ${d}] values, got ${data.length}`, "Give each row one width.");
  const norms = new Float64Array(n);
  for (let row = 0, at = 0; row < n; row++) {
    let sum = 0;
    for (const end = at + d; at < end; at++) sum += data[at] * data[at];
    if (!Number.isFinite(sum))
      throw new InputError(
        who,
        `row ${row} of ${what} holds NaN or an infinity`,
        "Encode its text again; a model with NaN weights must be trained again.",
      );
    norms[row] = Math.sqrt(sum);
  }
  return norms;
}
