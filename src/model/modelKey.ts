import { sha256 } from "../base/hash.ts";
import type { Embedder, EncodeOptions } from "./embedder.ts";
import { weightsDigest } from "./weightsDigest.ts";

/** What a vector depends on beside its text. */
export interface ModelKey {
  /** sha256 over all the other fields. Two models of the same key give the same vectors on one machine. */
  key: string;
  /** `weightsDigest` */
  weights: string;
  /** sha256 of `tokenizer.json` */
  tokenizer: string;
  /** sha256 of pooling, head, length, prompt, configuration, precision, engine and the parameters' types */
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
  const weights = weightsDigest(embedder);
  const tokenizer = sha256(embedder.tokenizer.toJson());
  const dtypes = [...params].map(([name, { dtype }]) => [name, dtype]).sort();
  const settings = sha256(JSON.stringify([embedder.settings, autocast ?? "float32", engine.name, dtypes]));
  return { key: sha256([weights, tokenizer, settings, dimension].join()), weights, tokenizer, settings, dimension };
}
