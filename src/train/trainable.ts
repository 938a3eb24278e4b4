import type { Engine, Tensor } from "../engine/engine.ts";
import type { PackedBatch } from "../model/batch.ts";

/** What `train` needs of a model. `Embedder` is one. */
export interface Trainable {
  readonly engine: Engine;
  /** Name -> float tensor, changed in place by training. */
  readonly params: ReadonlyMap<string, Tensor>;
  /** Token ids of each text, special tokens included, cut to `maxLength` where given, else to the model's own limit. */
  tokenize(texts: readonly string[], options?: { maxLength?: number }): number[][];
  /** [B, D] embeddings, differentiable in `params`. */
  forward(batch: PackedBatch): Tensor;
  /** A copy with weights of its own. */
  clone(): this;
}
