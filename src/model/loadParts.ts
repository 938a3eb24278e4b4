import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import { openEngine } from "../engine/openEngine.ts";
import { loadTokenizer } from "../tokenizer/loadTokenizer.ts";
import { backboneShapes, parseBackboneConfig } from "./backboneConfig.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { checkVocabulary } from "./checkVocabulary.ts";
import { defaultLength } from "./defaultLength.ts";
import type { EmbedderParts } from "./embedder.ts";
import { findModelFolder } from "./findModelFolder.ts";
import { type HeadStep, headShapes } from "./head.ts";
import { JsonFields } from "./jsonFields.ts";
import type { Pooling } from "./pooling.ts";
import { readSentenceModules } from "./sentenceModules.ts";

/** Options of `Embedder.load`. What the folder says holds unless it is given here. */
export interface LoadOptions {
  /** Default: `openEngine()`. */
  engine?: Engine;
  /** Tokens of a text at most. */
  maxLength?: number;
  pooling?: Pooling;
  /** Unit norm at the end, or not. */
  normalize?: boolean;
  /** Decoders only. False: every token sees the whole text. */
  causal?: boolean;
  /** Only the first so many layers of the checkpoint; the others are not even read. */
  layers?: number;
  /** Of a download from the Hub. */
  onProgress?: OnProgress;
}

/** Files beside the weights that are kept and saved as they are. */
const SIDE_FILES = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "vocab.txt",
  "config_sentence_transformers.json",
];

/** Reads all parts of a model. Errors as `Embedder.load`. */
export async function loadParts(name: string, options: LoadOptions): Promise<EmbedderParts> {
  const folder = await findModelFolder(name, options.onProgress);
  const modules = readSentenceModules(folder);
  const { config, rawConfig } = readConfig(join(modules.backbone, "config.json"), options);
  const tokenizer = loadTokenizer(modules.backbone);
  checkVocabulary(folder, tokenizer.vocabSize, config.vocabSize);
  const head = options.normalize === undefined ? modules.head : withNorm(modules.head, options.normalize);
  checkHead(folder, config.hiddenSize, head);
  const engine = options.engine ?? (await openEngine());
  const isCutOff = (tensor: string): boolean => options.layers !== undefined && layerOf(tensor) >= options.layers;
  const params = readCheckpoint(engine, modules.backbone, backboneShapes(config), isCutOff);
  try {
    readHead(engine, folder, head, params);
  } catch (error) {
    engine.free(...params.values());
    throw error;
  }
  return {
    engine,
    tokenizer,
    config,
    rawConfig,
    params,
    pooling: options.pooling ?? modules.pooling,
    head,
    maxLength: options.maxLength ?? modules.maxLength ?? defaultLength(modules.backbone, config),
    lowerCase: modules.lowerCase,
    prompt: modules.prompt,
    files: sideFiles(folder, modules.backbone),
  };
}

/** The config with the caller's wishes in it, parsed and as Hugging Face writes it. */
function readConfig(file: string, options: LoadOptions): Pick<EmbedderParts, "config" | "rawConfig"> {
  const read = JsonFields.read(file);
  const { layers, causal } = options;
  const whole = parseBackboneConfig(read);
  const raw: Record<string, unknown> = { ...read.raw, dtype: "float32" };
  delete raw.torch_dtype;
  raw.architectures = [{ bert: "BertModel", llama: "LlamaModel", mistral: "MistralModel" }[whole.modelType]];
  if (layers !== undefined) {
    if (!Number.isInteger(layers) || layers < 1 || layers > whole.numHiddenLayers) {
      throw new InputError(
        file,
        `layers must be 1 .. ${whole.numHiddenLayers}, got ${layers}`,
        "Ask for fewer layers.",
      );
    }
    raw.num_hidden_layers = layers;
    if (Array.isArray(raw.layer_types)) raw.layer_types = raw.layer_types.slice(0, layers);
  }
  if (causal !== undefined) {
    if (whole.modelType === "bert") {
      throw new InputError(file, "a BERT encoder always sees the whole text", "Leave `causal` out.");
    }
    raw.is_causal = causal;
  }
  return { config: parseBackboneConfig(new JsonFields(file, raw)), rawConfig: raw };
}

/** The layer that a tensor belongs to, from 0; -1 for none. */
function layerOf(name: string): number {
  return Number(/^(?:layers|encoder\.layer)\.(\d+)\./.exec(name)?.[1] ?? -1);
}

function withNorm(head: readonly HeadStep[], normalize: boolean): HeadStep[] {
  const rest = head.filter((step) => step.type !== "normalize");
  return normalize ? [...rest, { type: "normalize" }] : rest;
}

/** @throws {InputError} when a dense layer does not take what comes before it */
function checkHead(folder: string, hiddenSize: number, head: readonly HeadStep[]): void {
  let width = hiddenSize;
  for (const step of head) {
    if (step.type === "normalize") continue;
    if (step.inFeatures !== width) {
      const problem = `in_features must be ${width}, the width before it, got ${step.inFeatures}`;
      throw new InputError(join(folder, step.name, "config.json"), problem, "Take all modules from the same model.");
    }
    width = step.outFeatures;
  }
}

/** Adds the dense layers' tensors to `params` under their module's name. */
function readHead(engine: Engine, folder: string, head: readonly HeadStep[], params: Map<string, Tensor>): void {
  for (const step of head) {
    if (step.type === "normalize") continue;
    const prefix = `${step.name}.`;
    const shapes = [...headShapes([step])].map(([name, shape]): [string, number[]] => [
      name.slice(prefix.length),
      shape,
    ]);
    for (const [name, tensor] of readCheckpoint(engine, join(folder, step.name), new Map(shapes))) {
      params.set(prefix + name, tensor);
    }
  }
}

function sideFiles(folder: string, backbone: string): Map<string, Uint8Array> {
  const paths = SIDE_FILES.map((name) => join(name.startsWith("config_") ? folder : backbone, name));
  return new Map(paths.filter(existsSync).map((path) => [basename(path), readFileSync(path)]));
}
