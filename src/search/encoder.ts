import type { OnProgress } from "../base/progress.ts";
import type { Vectors } from "../base/vectors.ts";
import type { Engine } from "../engine/engine.ts";

/** Whatever turns texts into vectors: an `Embedder`, or a stand-in. */
export interface Encoder {
  /** One row for each text, in order: [N, D]. */
  encode(texts: readonly string[], options?: { onProgress?: OnProgress }): Promise<Vectors>;
  /** Where its vectors are compared; default: the engine that `openEngine` gives. */
  readonly engine?: Engine;
}
