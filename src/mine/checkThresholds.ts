import { InputError } from "../base/errors.ts";
import type { ThresholdOptions } from "./mineByThreshold.ts";

/**
 * That thresholds, caps and anchors make sense.
 *
 * @param n vectors
 * @throws {InputError} what does not
 */
export function checkThresholds(options: ThresholdOptions, n: number): void {
  const { positive, negative, positives = Infinity, negatives = Infinity, anchors } = options;
  const fail = (problem: string, todo: string): never => {
    throw new InputError("mineByThreshold", problem, todo);
  };
  if (!(positive >= 0 && negative >= positive && negative < Infinity))
    fail(
      `thresholds must be 0 <= positive <= negative, got ${positive} and ${negative}`,
      "Texts nearer than the first are positives, texts further than the second negatives.",
    );
  for (const [name, cap] of Object.entries({ positives, negatives }))
    if (cap !== Infinity && !(Number.isInteger(cap) && cap >= 1))
      fail(`${name} must be a whole number above 0, got ${cap}`, "Leave it out to keep all.");
  if (anchors && !(anchors.every(Number.isInteger) && anchors[0] >= 0 && anchors[0] < anchors[1] && anchors[1] <= n))
    fail(
      `anchors must be [from, to) with 0 <= from < to <= ${n}, the number of vectors, got [${anchors.join(", ")}]`,
      "Mend the range.",
    );
}
