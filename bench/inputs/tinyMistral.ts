import type { Engine } from "../../src/engine/engine.ts";
import { createFresh } from "../../src/lab/createFresh.ts";
import type { Embedder } from "../../src/model/embedder.ts";

/** A causal Mistral of 5 M parameters with random weights, and a BPE of 8,000 tokens trained on the texts. */
export function tinyMistral(engine: Engine, texts: readonly string[], maxLength: number): Embedder {
  return createFresh({
    engine,
    settings: {
      type: "mistral",
      hiddenSize: 256,
      numHiddenLayers: 4,
      numAttentionHeads: 4,
      numKeyValueHeads: 2,
      intermediateSize: 704,
      vocabSize: 8000,
      pooling: "mean",
      causal: true,
      initialize: "normal",
    },
    texts: texts.slice(0, 20_000),
    seed: 0,
    maxLength,
  });
}
