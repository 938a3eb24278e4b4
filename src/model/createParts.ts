import type { Random } from "../base/random.ts";
import type { Engine } from "../engine/engine.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { parseBackboneConfig } from "./backboneConfig.ts";
import { checkVocabulary } from "./checkVocabulary.ts";
import type { EmbedderParts } from "./embedder.ts";
import { type HeadStep, headShapes } from "./head.ts";
import { type Initialization, initialize, normal } from "./initialize.ts";
import { JsonFields } from "./jsonFields.ts";
import type { Pooling } from "./pooling.ts";

/** A model to be trained from scratch. */
export interface CreateOptions {
  engine: Engine;
  tokenizer: Tokenizer;
  /** As in Hugging Face's config.json; `vocab_size` defaults to the tokenizer's. */
  config: Readonly<Record<string, unknown>>;
  random: Random;
  /** See `Initialization`. Default `normal`. */
  scheme?: Initialization["scheme"];
  /** Default `mean`. */
  pooling?: Pooling;
  /** A dense layer after pooling, its weights drawn from N(0, 1 / inputs). Default: none. */
  dense?: { outFeatures: number; bias: boolean; activation: "identity" | "tanh" };
  /** Tokens of a text at most. Default: the model's positions. */
  maxLength?: number;
}

/** Random parts of a model that ends in unit norm. Errors as `Embedder.create`. */
export function createParts(options: CreateOptions): EmbedderParts {
  const { engine, tokenizer, random } = options;
  const rawConfig = { vocab_size: tokenizer.vocabSize, ...options.config };
  const config = parseBackboneConfig(new JsonFields("config", rawConfig));
  checkVocabulary("config", tokenizer.vocabSize, config.vocabSize);
  const head: HeadStep[] = [{ type: "normalize" }];
  if (options.dense !== undefined) {
    head.unshift({ type: "dense", name: "2_Dense", inFeatures: config.hiddenSize, ...options.dense });
  }
  const params = initialize(engine, config, { random, scheme: options.scheme });
  for (const [name, shape] of headShapes(head)) {
    const std = shape.length > 1 ? 1 / Math.sqrt(shape[1]) : 0;
    params.set(name, engine.keep(normal(engine, shape, std, random)));
  }
  return {
    engine,
    tokenizer,
    config,
    rawConfig,
    params,
    pooling: options.pooling ?? "mean",
    head,
    maxLength: options.maxLength ?? config.maxPositionEmbeddings,
    lowerCase: false,
    prompt: "",
    files: new Map([
      ["tokenizer.json", tokenizer.toJson()],
      ["tokenizer_config.json", tokenizer.configJson()],
    ]),
  };
}
