import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import type { Vectors } from "../base/vectors.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import type { BackboneConfig } from "./backbone.ts";
import { createBackbone } from "./backboneConfig.ts";
import { type PackedBatch, packBatch } from "./batch.ts";
import { type CreateOptions, createParts } from "./createParts.ts";
import { encodeTexts } from "./encodeTexts.ts";
import { applyHead, type HeadStep, headWidth } from "./head.ts";
import { type LoadOptions, loadParts } from "./loadParts.ts";
import { type Pooling, pool } from "./pooling.ts";
import { writeSentenceFolder } from "./sentenceFolder.ts";

/** What an embedder is made of. */
export interface EmbedderParts {
  engine: Engine;
  tokenizer: Tokenizer;
  config: BackboneConfig;
  /** The same as Hugging Face writes it; saved with the model. */
  rawConfig: Record<string, unknown>;
  /** Of the backbone (`backboneShapes`) and of dense layers (`headShapes`). Owned by the embedder. */
  params: Map<string, Tensor>;
  pooling: Pooling;
  head: HeadStep[];
  maxLength: number;
  lowerCase: boolean;
  prompt: string;
  /** File name -> content, written as they are when the model is saved. */
  files: Map<string, string | Uint8Array>;
}

/** Options of `Embedder.encode`. */
export interface EncodeOptions {
  /** Real tokens of a batch at most. Default 4096. */
  tokenBudget?: number;
  /** Matrix products and attention in this type. Default: float32 throughout. */
  autocast?: "bfloat16";
  onProgress?: OnProgress;
}

/**
 * A text embedding model: tokenizer, transformer, pooling, head. Texts in, vectors out; trainable through `params` and
 * `forward`. Models come from a sentence-transformers or Hugging Face folder, a registered name (`minilm`), or the Hub,
 * and go back into a folder that sentence-transformers reads.
 */
export class Embedder {
  readonly engine: Engine;
  readonly tokenizer: Tokenizer;
  readonly config: BackboneConfig;
  /** Every trainable tensor by name. Training changes them in place. */
  readonly params: Map<string, Tensor>;
  /** D */
  readonly dimension: number;
  /** Tokens of a text at most, special tokens included; longer texts are cut. */
  readonly maxLength: number;
  private readonly parts: EmbedderParts;
  private readonly states: (batch: PackedBatch) => Tensor;

  constructor(parts: EmbedderParts) {
    const backbone = createBackbone(parts.engine, parts.config, parts.params);
    this.parts = parts;
    this.engine = parts.engine;
    this.tokenizer = parts.tokenizer;
    this.config = parts.config;
    this.params = parts.params;
    this.dimension = headWidth(parts.config.hiddenSize, parts.head);
    this.maxLength = parts.maxLength;
    this.states = (batch) => backbone.forward(batch);
  }

  /**
   * Loads a model.
   *
   * @param name a folder, a registered name (`minilm`), or a Hub name (`owner/name`)
   * @throws {InputError} unsupported model type or module, config and weights that do not fit, damaged files
   * @throws {SetupError} a registered model, or the engine, is not on this machine
   */
  static async load(name: string, options: LoadOptions = {}): Promise<Embedder> {
    return new Embedder(await loadParts(name, options));
  }

  /**
   * A model with random parameters around a tokenizer, to be trained from scratch.
   *
   * @throws {InputError} when the config is not one of a supported model
   */
  static create(options: CreateOptions): Embedder {
    return new Embedder(createParts(options));
  }

  /** What decides a text's vector beside weights, tokenizer and engine, as plain JSON. */
  get settings(): Record<string, unknown> {
    const { config, pooling, head, maxLength, lowerCase, prompt } = this.parts;
    return { config, pooling, head, maxLength, lowerCase, prompt };
  }

  /**
   * Token ids of each text, special tokens included, cut to the model's `maxLength`, or to a shorter one.
   *
   * @throws {InputError} when a text has no token at all
   */
  tokenize(texts: readonly string[], options: { maxLength?: number } = {}): number[][] {
    const { prompt, lowerCase } = this.parts;
    const maxLength = Math.min(this.maxLength, options.maxLength ?? this.maxLength);
    const plain = prompt === "" && !lowerCase;
    const prepared = plain ? texts : texts.map((text) => (lowerCase ? (prompt + text).toLowerCase() : prompt + text));
    const ids = this.tokenizer.encodeBatch(prepared, { maxLength });
    const empty = ids.findIndex((text) => text.length === 0);
    if (empty < 0) return ids;
    const problem = `text ${empty} (${JSON.stringify(texts[empty].slice(0, 40))}) has no tokens`;
    throw new InputError("tokenize", problem, "Leave empty texts out, or use a tokenizer that adds a start token.");
  }

  /**
   * Vectors of one batch, differentiable in `params`. Call it inside `engine.tidy` or `engine.valueAndGrad`.
   *
   * @returns [B, D], in the order of the texts given to `packBatch`; unit norm when the model normalises
   */
  forward(batch: PackedBatch): Tensor {
    const pooled = pool(this.engine, this.states(batch), batch, this.parts.pooling);
    return applyHead(this.engine, pooled, this.parts.head, this.params);
  }

  /**
   * Vectors of texts, in their order. A text's vector does not depend on its neighbours.
   *
   * @returns [N, D]
   * @throws {InputError} when there is no text, or a text has no tokens
   */
  async encode(texts: readonly string[], options: EncodeOptions = {}): Promise<Vectors> {
    if (texts.length === 0) throw new InputError("encode", "there is no text to encode", "Give at least one text.");
    const { engine } = this;
    const { tokenBudget = 4096, autocast, onProgress } = options;
    const vectors = (ids: number[][]): Float32Array =>
      engine.tidy(() => {
        const run = (): Tensor => this.forward(packBatch(engine, ids));
        return engine.toFloat32(autocast === undefined ? run() : engine.autocast(autocast, run));
      });
    const model = { dimension: this.dimension, tokenize: (some: readonly string[]) => this.tokenize(some), vectors };
    return encodeTexts(model, texts, { tokenBudget, onProgress });
  }

  /**
   * Writes a sentence-transformers folder, which also `transformers` and `Embedder.load` read. It replaces what was
   * there only when it is whole.
   */
  async save(folder: string): Promise<void> {
    const { rawConfig, config, ...rest } = this.parts;
    writeSentenceFolder(this.engine, folder, { ...rest, config: rawConfig, hiddenSize: config.hiddenSize });
  }

  /** The same model with its own copy of the parameters: train one, keep the other. */
  clone(): Embedder {
    const { engine } = this;
    const copy = ([name, tensor]: [string, Tensor]): [string, Tensor] => {
      const target = engine.keep(engine.zerosLike(tensor));
      engine.assign(target, tensor);
      return [name, target];
    };
    return new Embedder({ ...this.parts, params: new Map([...this.params].map(copy)) });
  }

  /** Frees the parameters; the embedder cannot be used afterwards. */
  dispose(): void {
    this.engine.free(...this.params.values());
  }
}
