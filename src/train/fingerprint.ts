import { createHash } from "node:crypto";
import type { Example } from "../data/examplesFrom.ts";
import { weightsDigest } from "../model/weightsDigest.ts";
import type { Trainable } from "./trainable.ts";

/** What decides the course of a run: a checkpoint fits only the run with the same. */
export interface Fingerprint {
  /** sha256 of all examples in order. */
  data: string;
  /** `weightsDigest` of the model at the start. */
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
  return { data: data.digest("hex"), model: weightsDigest(model), options: JSON.parse(JSON.stringify(options)) };
}
