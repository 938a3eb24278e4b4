import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { activation } from "./activation.ts";
import { defaultLength } from "./defaultLength.ts";
import { defaultPrompt } from "./defaultPrompt.ts";
import { type EncoderConfig, parseEncoderConfig } from "./encoderConfig.ts";
import { JsonFields, readJson } from "./jsonFields.ts";
import { readTransformer } from "./readTransformer.ts";

/** What a cross-encoder's folder says beside its weights. */
export interface CrossEncoderConfig {
  /** The folder of config, tokenizer and weights. */
  backbone: string;
  encoder: EncoderConfig;
  /** A name that `activation` knows: what makes the score of the classifier's number. */
  activation: string;
  /** Tokens of a pair at most, special ones included. */
  maxLength: number;
  /** Texts are lower-cased before the tokenizer sees them. */
  lowerCase: boolean;
  /** Put before the first text of every pair. */
  prompt: string;
  /** The second text's tokens have a type of their own; else all are of type 0. */
  tokenTypes: boolean;
}

const ARCHITECTURE = "BertForSequenceClassification";
const SUPPORTED = `Give a ${ARCHITECTURE} with one label; other cross-encoders are not supported.`;

/**
 * Reads a cross-encoder's folder as sentence-transformers 2 to 6 write it, or plain `transformers`.
 *
 * @throws {InputError} another architecture, more than one label, modules after the transformer, an unknown activation
 */
export function readCrossEncoderConfig(folder: string): CrossEncoderConfig {
  const { backbone, maxLength, lowerCase } = readTransformer(transformerFolder(folder));
  const fields = JsonFields.read(join(backbone, "config.json"));
  const architecture = [fields.raw.architectures].flat()[0];
  if (architecture !== ARCHITECTURE) {
    const came = JSON.stringify(architecture) ?? "none";
    throw new InputError(folder, `a cross-encoder's architecture must be ${ARCHITECTURE}, got ${came}`, SUPPORTED);
  }
  const labels = countLabels(fields);
  if (labels !== 1) throw new InputError(fields.file, `the model must have 1 label, got ${labels}`, SUPPORTED);
  const encoder = parseEncoderConfig(fields);
  if (encoder.typeVocabSize < 2) {
    throw new InputError(fields.file, "type_vocab_size must be 2 or more, for pairs, got 1", "Mend the file.");
  }
  return {
    backbone,
    encoder,
    activation: readActivation(folder, fields),
    maxLength: maxLength ?? defaultLength(backbone, encoder),
    lowerCase,
    prompt: defaultPrompt(folder),
    tokenTypes: givesTokenTypes(backbone),
  };
}

/** Where `modules.json` is, it must name a transformer and nothing else. */
function transformerFolder(folder: string): string {
  const list = join(folder, "modules.json");
  if (!existsSync(list)) return folder;
  const modules = [readJson(list)].flat().map((entry, i) => new JsonFields(`${list} (${i})`, Object(entry)));
  const types = modules.map((module) => module.string("type").split(".").pop());
  if (types.join() === "Transformer") return join(folder, modules[0].string("path"));
  throw new InputError(list, `a cross-encoder's one module must be a Transformer, got ${types.join(", ")}`, SUPPORTED);
}

/** As transformers counts: `id2label`, else `num_labels`, else two. */
function countLabels(fields: JsonFields): number {
  const names = fields.object("id2label");
  return names === undefined ? fields.count("num_labels", 2) : Object.keys(names.raw).length;
}

/** As transformers 5: by `model_input_names`, else BERT's own tokenizer gives them and one without a class does not. */
function givesTokenTypes(folder: string): boolean {
  const file = join(folder, "tokenizer_config.json");
  if (!existsSync(file)) return true;
  const { raw } = JsonFields.read(file);
  if (Array.isArray(raw.model_input_names)) return raw.model_input_names.includes("token_type_ids");
  return /^(?:Bert|Electra)Tokenizer(?:Fast)?$/.test(String(raw.tokenizer_class ?? "BertTokenizer"));
}

/** Version 6 writes it beside its own version, 4 and 5 into config.json, 2 and 3 under a longer name. */
function readActivation(folder: string, config: JsonFields): string {
  const file = join(folder, "config_sentence_transformers.json");
  const places: [JsonFields | undefined, string][] = [
    [existsSync(file) ? JsonFields.read(file) : undefined, "activation_fn"],
    [config.object("sentence_transformers"), "activation_fn"],
    [config, "sbert_ce_default_activation_function"],
  ];
  const [fields, key] = places.find(([at, name]) => at?.has(name)) ?? [config, "activation_fn"];
  const path = fields!.string(key, "torch.nn.Sigmoid");
  const name = path.startsWith("torch.nn.") ? path.split(".").pop()!.toLowerCase() : path;
  activation(fields!.file, name);
  return name;
}
