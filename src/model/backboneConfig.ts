import { InputError } from "../base/errors.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import type { Backbone, BackboneConfig } from "./backbone.ts";
import { Decoder } from "./decoder.ts";
import { decoderShapes, parseDecoderConfig } from "./decoderConfig.ts";
import { Encoder } from "./encoder.ts";
import { encoderShapes, parseEncoderConfig } from "./encoderConfig.ts";
import type { JsonFields } from "./jsonFields.ts";

/**
 * Reads a Hugging Face `config.json` of a supported model type.
 *
 * @throws {InputError} for another model type, or a field that is missing or wrong
 */
export function parseBackboneConfig(fields: JsonFields): BackboneConfig {
  const type = fields.string("model_type");
  if (type === "bert") return parseEncoderConfig(fields);
  if (type === "llama" || type === "mistral") return parseDecoderConfig(fields);
  throw new InputError(fields.file, `model type \`${type}\` is not supported`, "Supported are bert, llama, mistral.");
}

/** Names and shapes of all parameters of a backbone, without prefix. */
export function backboneShapes(config: BackboneConfig): Map<string, number[]> {
  return config.modelType === "bert" ? encoderShapes(config) : decoderShapes(config);
}

/** The backbone that a config describes, around the given parameters. */
export function createBackbone(engine: Engine, config: BackboneConfig, params: Map<string, Tensor>): Backbone {
  return config.modelType === "bert" ? new Encoder(engine, config, params) : new Decoder(engine, config, params);
}
