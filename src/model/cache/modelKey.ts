import { createHash } from "node:crypto";
import { sha256 } from "../../base/hash.ts";
import type { Embedder, EncodeOptions } from "../embedder.ts";

/** What a vector depends on beside its text. */
export interface ModelKey {
  /** sha256 over all the other fields: the name of the model's folder in a cache. */
  key: string;
  /** sha256 of every parameter's name, shape, type and values */
  weights: string;
  /** sha256 of `tokenizer.json` */
  tokenizer: string;
  /** sha256 of pooling, head, length, prompt, configuration, precision and engine */
  settings: string;
  /** D */
  dimension: number;
}

/**
 * The identity of a model as it is now. It reads all weights each time, so that a model that was trained further, or
 * another checkpoint under the same name, has another key. Threads and batch sizes, which only touch the last bits of a
 * vector, are not part of it.
 */
export function modelKey(embedder: Embedder, { autocast }: Pick<EncodeOptions, "autocast"> = {}): ModelKey {
  const { engine, params, dimension } = embedder;
  const hash = createHash("sha256");
  for (const name of [...params.keys()].sort()) {
    const tensor = params.get(name)!;
    hash.update(`${JSON.stringify(name)} ${tensor.dtype} [${tensor.shape.join()}]\n`).update(engine.toFloat32(tensor));
  }
  const weights = hash.digest("hex");
  const tokenizer = sha256(embedder.tokenizer.toJson());
  const settings = sha256(JSON.stringify([embedder.settings, autocast ?? "float32", engine.name]));
  return { key: sha256([weights, tokenizer, settings, dimension].join()), weights, tokenizer, settings, dimension };
}
