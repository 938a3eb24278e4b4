import { createHash } from "node:crypto";
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
