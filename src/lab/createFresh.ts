import type { OnProgress } from "../base/progress.ts";
import { Random } from "../base/random.ts";
import type { FreshModelSettings } from "../config/experiment.ts";
import type { Engine } from "../engine/engine.ts";
import { Embedder } from "../model/embedder.ts";
import { trainBpe } from "../tokenizer/trainBpe.ts";

/** What a fresh model is made from. */
export interface FreshInput {
  engine: Engine;
  settings: FreshModelSettings;
  /** Its tokenizer is trained on these. */
  texts: readonly string[];
  seed: number;
  maxLength?: number;
  onProgress?: OnProgress;
}

/** Texts are cut here when nothing else is said. */
const MAX_LENGTH = 512;

/**
 * A decoder with random weights and a byte-fallback BPE of its own.
 *
 * @throws {InputError} when the vocabulary is too small for the characters of the texts
 */
export function createFresh({
  engine,
  settings,
  texts,
  seed,
  maxLength = MAX_LENGTH,
  onProgress,
}: FreshInput): Embedder {
  const { embeddingSize } = settings;
  return Embedder.create({
    engine,
    tokenizer: trainBpe(texts, { vocabSize: settings.vocabSize, onProgress }),
    config: {
      model_type: settings.type,
      hidden_size: settings.hiddenSize,
      intermediate_size: settings.intermediateSize,
      num_hidden_layers: settings.numHiddenLayers,
      num_attention_heads: settings.numAttentionHeads,
      num_key_value_heads: settings.numKeyValueHeads,
      max_position_embeddings: maxLength,
      sliding_window: null,
      is_causal: settings.causal,
    },
    random: new Random(seed),
    scheme: settings.initialize,
    pooling: settings.pooling,
    maxLength,
    dense:
      embeddingSize === undefined ? undefined : { outFeatures: embeddingSize, bias: false, activation: "identity" },
  });
}
