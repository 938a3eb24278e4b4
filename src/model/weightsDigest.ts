import { createHash } from "node:crypto";
import type { Engine, Tensor } from "../engine/engine.ts";

/**
 * sha256 of the names, shapes and float32 values of a model's parameters, by name, in lower-case hex. It reads all the
 * weights, so a model that was trained further has another.
 */
export function weightsDigest({ engine, params }: { engine: Engine; params: ReadonlyMap<string, Tensor> }): string {
  const hash = createHash("sha256");
  for (const name of [...params.keys()].sort()) {
    const tensor = params.get(name)!;
    hash.update(`${name} [${tensor.shape.join()}]\n`).update(engine.toFloat32(tensor));
  }
  return hash.digest("hex");
}
