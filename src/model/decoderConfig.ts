import { InputError } from "../base/errors.ts";
import { activation } from "./activation.ts";
import type { JsonFields } from "./jsonFields.ts";
import { parseRope, type RopeConfig } from "./rope.ts";

/** A Llama or Mistral decoder, by Hugging Face's field names in camelCase. */
export interface DecoderConfig {
  modelType: "llama" | "mistral";
  vocabSize: number;
  hiddenSize: number;
  intermediateSize: number;
  numHiddenLayers: number;
  numAttentionHeads: number;
  /** Key and value heads; each serves numAttentionHeads / numKeyValueHeads query heads (arXiv:2305.13245). */
  numKeyValueHeads: number;
  /** Size of a head, free of hiddenSize. Even. */
  headDim: number;
  hiddenAct: string;
  maxPositionEmbeddings: number;
  rmsNormEps: number;
  initializerRange: number;
  rope: RopeConfig;
  attentionBias: boolean;
  mlpBias: boolean;
  /** How many positions a token sees, itself included; undefined: all. */
  slidingWindow: number | undefined;
  /** False: every token sees the whole text (`is_causal` in the config). */
  causal: boolean;
}

/**
 * Reads the config of a Llama or Mistral checkpoint; absent fields take the defaults of transformers 5.
 *
 * @throws {InputError} names the file, the field and what was wanted
 */
export function parseDecoderConfig(fields: JsonFields): DecoderConfig {
  const modelType = fields.string("model_type") as DecoderConfig["modelType"];
  const isMistral = modelType === "mistral";
  const hiddenSize = fields.count("hidden_size");
  const numAttentionHeads = fields.count("num_attention_heads");
  const config: DecoderConfig = {
    modelType,
    vocabSize: fields.count("vocab_size"),
    hiddenSize,
    intermediateSize: fields.count("intermediate_size"),
    numHiddenLayers: fields.count("num_hidden_layers"),
    numAttentionHeads,
    numKeyValueHeads: fields.count("num_key_value_heads", isMistral ? 8 : numAttentionHeads),
    headDim: fields.count("head_dim", Math.floor(hiddenSize / numAttentionHeads)),
    hiddenAct: fields.string("hidden_act", "silu"),
    maxPositionEmbeddings: fields.count("max_position_embeddings", isMistral ? 131072 : 2048),
    rmsNormEps: fields.number("rms_norm_eps", 1e-6),
    initializerRange: fields.number("initializer_range", 0.02),
    rope: parseRope(fields),
    attentionBias: isMistral ? false : fields.boolean("attention_bias", false),
    mlpBias: isMistral ? false : fields.boolean("mlp_bias", false),
    slidingWindow: isMistral ? mistralWindow(fields) : undefined,
    causal: fields.boolean("is_causal", true),
  };
  activation(fields.file, config.hiddenAct);
  if (config.numAttentionHeads % config.numKeyValueHeads !== 0) {
    const heads = `${config.numAttentionHeads} heads and ${config.numKeyValueHeads} key/value heads`;
    throw new InputError(
      fields.file,
      `num_attention_heads must be a multiple of num_key_value_heads, got ${heads}`,
      "Mend the file.",
    );
  }
  if (config.headDim % 2 !== 0) {
    throw new InputError(
      fields.file,
      `head_dim must be even for rotary positions, got ${config.headDim}`,
      "Mend the file.",
    );
  }
  return config;
}

/** Mistral looks back 4096 positions unless the config says otherwise; `null` says: without limit. */
function mistralWindow(fields: JsonFields): number | undefined {
  if (fields.raw.sliding_window === null) return undefined;
  return fields.count("sliding_window", 4096);
}

/** Names and shapes of all parameters, in Hugging Face's order and without prefix. */
export function decoderShapes(config: DecoderConfig): Map<string, number[]> {
  const { hiddenSize: hidden, intermediateSize: inner, headDim } = config;
  const queries = config.numAttentionHeads * headDim;
  const keys = config.numKeyValueHeads * headDim;
  const shapes = new Map<string, number[]>([["embed_tokens.weight", [config.vocabSize, hidden]]]);
  for (let i = 0; i < config.numHiddenLayers; i++) {
    const linear = (name: string, outputs: number, inputs: number, bias: boolean): void => {
      shapes.set(`layers.${i}.${name}.weight`, [outputs, inputs]);
      if (bias) shapes.set(`layers.${i}.${name}.bias`, [outputs]);
    };
    linear("self_attn.q_proj", queries, hidden, config.attentionBias);
    linear("self_attn.k_proj", keys, hidden, config.attentionBias);
    linear("self_attn.v_proj", keys, hidden, config.attentionBias);
    linear("self_attn.o_proj", hidden, queries, config.attentionBias);
    linear("mlp.gate_proj", inner, hidden, config.mlpBias);
    linear("mlp.up_proj", inner, hidden, config.mlpBias);
    linear("mlp.down_proj", hidden, inner, config.mlpBias);
    shapes.set(`layers.${i}.input_layernorm.weight`, [hidden]);
    shapes.set(`layers.${i}.post_attention_layernorm.weight`, [hidden]);
  }
  return shapes.set("norm.weight", [hidden]);
}
