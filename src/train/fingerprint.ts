import { createHash } from "node:crypto";
import { InputError } from "../base/errors.ts";
import type { Example } from "../data/examplesFrom.ts";
import type { Trainable } from "./trainable.ts";

/** What decides the course of a run: a checkpoint fits only the run with the same. */
export interface Fingerprint {
  /** sha256 of all examples in order. */
  data: string;
  /** sha256 of the names, shapes and values of the weights at the start. */
  model: string;
  /** The options that change the result, as JSON values. */
  options: Record<string, unknown>;
}

/** The fingerprint of a run before its first step. */
export function fingerprint(
  model: Trainable,
  examples: readonly Example[],
  options: Record<string, unknown>,
): Fingerprint {
  const data = createHash("sha256");
  for (const { query, pos, neg, group } of examples) data.update(`${JSON.stringify([query, pos, neg, group])}\n`);
  const weights = createHash("sha256");
  for (const [name, tensor] of model.params) {
    weights.update(`${name} [${tensor.shape.join()}]\n`);
    weights.update(model.engine.toFloat32(tensor));
  }
  return { data: data.digest("hex"), model: weights.digest("hex"), options: JSON.parse(JSON.stringify(options)) };
}

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
