import { InputError } from "../base/errors.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** @throws {InputError} that says what differs, when the checkpoint was made by another run */
export function assertSameRun(folder: string, made: Fingerprint, now: Fingerprint): void {
  const differences: string[] = [];
  if (made.data !== now.data) differences.push("other training examples");
  if (made.model !== now.model) differences.push("another model to start from");
  const shown = (value: unknown): string => (value === undefined ? "unset" : JSON.stringify(value));
  for (const key of new Set([...Object.keys(made.options), ...Object.keys(now.options)])) {
    const [then, here] = [shown(made.options[key]), shown(now.options[key])];
    if (then !== here) differences.push(`${key} ${then} (now ${here})`);
  }
  if (differences.length > 0)
    throw new InputError(
      folder,
      `this checkpoint was made with ${differences.join(", ")}`,
      "Use another checkpoint folder, remove this one, or restore what it was made with.",
    );
}
