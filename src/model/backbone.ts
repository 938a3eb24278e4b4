import type { Tensor } from "../engine/engine.ts";
import type { PackedBatch } from "./batch.ts";
import type { DecoderConfig } from "./decoderConfig.ts";
import type { EncoderConfig } from "./encoderConfig.ts";

/** Settings of any backbone; `modelType` tells which. */
export type BackboneConfig = DecoderConfig | EncoderConfig;

/** A transformer without head: packed tokens in, a state for each token out. */
export interface Backbone {
  readonly config: BackboneConfig;
  /** Hugging Face names without prefix -> tensors. Training changes them in place. */
  readonly params: Map<string, Tensor>;
  /** [S, H] last hidden states. Differentiable in `params`. Call it inside `engine.tidy`. */
  forward(batch: PackedBatch): Tensor;
}
