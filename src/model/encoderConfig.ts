import { InputError } from "../base/errors.ts";
import { activation } from "./activation.ts";
import type { JsonFields } from "./jsonFields.ts";

/** A BERT encoder (Devlin et al. 2018, arXiv:1810.04805), by Hugging Face's field names in camelCase. */
export interface EncoderConfig {
  modelType: "bert";
  vocabSize: number;
  hiddenSize: number;
  intermediateSize: number;
  numHiddenLayers: number;
  numAttentionHeads: number;
  hiddenAct: string;
  /** Rows of the position table: no text may be longer. */
  maxPositionEmbeddings: number;
  typeVocabSize: number;
  layerNormEps: number;
  initializerRange: number;
}

/**
 * Reads the config of a BERT checkpoint; absent fields take the defaults of transformers 5.
 *
 * @throws {InputError} names the file, the field and what was wanted
 */
export function parseEncoderConfig(fields: JsonFields): EncoderConfig {
  const positions = fields.string("position_embedding_type", "absolute");
  if (positions !== "absolute") {
    throw new InputError(fields.file, `position_embedding_type \`${positions}\` is not supported`, "Only absolute is.");
  }
  if (fields.boolean("is_decoder", false)) {
    throw new InputError(fields.file, "is_decoder true is not supported", "BERT is read as an encoder only.");
  }
  const config: EncoderConfig = {
    modelType: "bert",
    vocabSize: fields.count("vocab_size", 30522),
    hiddenSize: fields.count("hidden_size", 768),
    intermediateSize: fields.count("intermediate_size", 3072),
    numHiddenLayers: fields.count("num_hidden_layers", 12),
    numAttentionHeads: fields.count("num_attention_heads", 12),
    hiddenAct: fields.string("hidden_act", "gelu"),
    maxPositionEmbeddings: fields.count("max_position_embeddings", 512),
    typeVocabSize: fields.count("type_vocab_size", 2),
    layerNormEps: fields.number("layer_norm_eps", 1e-12),
    initializerRange: fields.number("initializer_range", 0.02),
  };
  activation(fields.file, config.hiddenAct);
  if (config.hiddenSize % config.numAttentionHeads !== 0) {
    const came = `${config.hiddenSize} and ${config.numAttentionHeads}`;
    throw new InputError(
      fields.file,
      `hidden_size must be a multiple of num_attention_heads, got ${came}`,
      "Mend the file.",
    );
  }
  return config;
}

/** Names and shapes of all parameters, in Hugging Face's order and without prefix. The pooler is no part of it. */
export function encoderShapes(config: EncoderConfig): Map<string, number[]> {
  const { hiddenSize: hidden, intermediateSize: inner } = config;
  const shapes = new Map<string, number[]>([
    ["embeddings.word_embeddings.weight", [config.vocabSize, hidden]],
    ["embeddings.position_embeddings.weight", [config.maxPositionEmbeddings, hidden]],
    ["embeddings.token_type_embeddings.weight", [config.typeVocabSize, hidden]],
    ["embeddings.LayerNorm.weight", [hidden]],
    ["embeddings.LayerNorm.bias", [hidden]],
  ]);
  for (let i = 0; i < config.numHiddenLayers; i++) {
    const affine = (name: string, shape: number[]): void => {
      shapes.set(`encoder.layer.${i}.${name}.weight`, shape);
      shapes.set(`encoder.layer.${i}.${name}.bias`, [shape[0]]);
    };
    affine("attention.self.query", [hidden, hidden]);
    affine("attention.self.key", [hidden, hidden]);
    affine("attention.self.value", [hidden, hidden]);
    affine("attention.output.dense", [hidden, hidden]);
    affine("attention.output.LayerNorm", [hidden]);
    affine("intermediate.dense", [inner, hidden]);
    affine("output.dense", [hidden, inner]);
    affine("output.LayerNorm", [hidden]);
  }
  return shapes;
}
