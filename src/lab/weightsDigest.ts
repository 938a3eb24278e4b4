import { createHash } from "node:crypto";
import type { Embedder } from "../model/embedder.ts";

/** The tag of a run that holds the digest of its base model. */
export const BASE_WEIGHTS_TAG = "sulam.weights.base";

/** sha256 of the names, shapes and float32 values of a model's parameters, by name, in lower-case hex. */
export function weightsDigest({ engine, params }: Pick<Embedder, "engine" | "params">): string {
  const hash = createHash("sha256");
  for (const name of [...params.keys()].sort()) {
    const tensor = params.get(name)!;
    hash.update(`${name} [${tensor.shape.join()}]\n`).update(engine.toFloat32(tensor));
  }
  return hash.digest("hex");
}
