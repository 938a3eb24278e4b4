import { InputError } from "../base/errors.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import { openEngine } from "../engine/openEngine.ts";
import { loadTokenizer } from "../tokenizer/loadTokenizer.ts";
import type { EncodedPair, Tokenizer } from "../tokenizer/tokenizer.ts";
import { activation } from "./activation.ts";
import { packBatch } from "./batch.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { checkVocabulary } from "./checkVocabulary.ts";
import { type CrossEncoderConfig, readCrossEncoderConfig } from "./crossEncoderConfig.ts";
import type { EncodeOptions } from "./embedder.ts";
import { Encoder } from "./encoder.ts";
import { encoderShapes } from "./encoderConfig.ts";
import { findModelFolder } from "./findModelFolder.ts";
import type { LoadOptions } from "./loadParts.ts";
import { pool } from "./pooling.ts";
import { tokenBatches } from "./tokenBatches.ts";

/** A query and a passage that may answer it. */
export interface TextPair {
  query: string;
  passage: string;
}

/** Pairs tokenized at once: their ids are held until they are scored. */
const CHUNK = 16384;

/**
 * A cross-encoder: BERT reads query and passage as one text, and says in one number how well they go together
 * (Nogueira and Cho 2019, arXiv:1901.04085). Slower than an embedder, which reads each text once, and better at the few
 * candidates that an embedder found. Its scores are those of sentence-transformers' `CrossEncoder`.
 */
export class CrossEncoder {
  readonly engine: Engine;
  readonly tokenizer: Tokenizer;
  /** Tokens of a pair at most, special tokens included; the longer text is cut first. */
  readonly maxLength: number;
  /** Every tensor by name. */
  readonly params: Map<string, Tensor>;
  private readonly config: CrossEncoderConfig;
  private readonly encoder: Encoder;

  private constructor(engine: Engine, tokenizer: Tokenizer, config: CrossEncoderConfig, params: Map<string, Tensor>) {
    this.engine = engine;
    this.tokenizer = tokenizer;
    this.maxLength = config.maxLength;
    this.config = config;
    this.params = params;
    this.encoder = new Encoder(engine, config.encoder, params);
  }

  /**
   * Loads a `BertForSequenceClassification` with one label, as sentence-transformers' `CrossEncoder` and `transformers`
   * save it.
   *
   * @param name a folder, or a Hub name (`owner/name`)
   * @throws {InputError} another architecture, more than one label, config and weights that do not fit, damaged files
   * @throws {SetupError} the engine is not on this machine
   */
  static async load(
    name: string,
    options: Pick<LoadOptions, "engine" | "maxLength" | "onProgress"> = {},
  ): Promise<CrossEncoder> {
    const folder = await findModelFolder(name, options.onProgress);
    const read = readCrossEncoderConfig(folder);
    const config = { ...read, maxLength: checkLength(name, options.maxLength ?? read.maxLength, read) };
    const tokenizer = loadTokenizer(config.backbone);
    checkVocabulary(folder, tokenizer.vocabSize, config.encoder.vocabSize);
    const engine = options.engine ?? (await openEngine());
    const { hiddenSize } = config.encoder;
    const shapes = encoderShapes(config.encoder)
      .set("pooler.dense.weight", [hiddenSize, hiddenSize])
      .set("pooler.dense.bias", [hiddenSize])
      .set("classifier.weight", [1, hiddenSize])
      .set("classifier.bias", [1]);
    return new CrossEncoder(engine, tokenizer, config, readCheckpoint(engine, config.backbone, shapes));
  }

  /** Ids and types of a pair, cut to the model's `maxLength`. */
  tokenize({ query, passage }: TextPair): EncodedPair {
    const { lowerCase, prompt, maxLength } = this.config;
    const [first, second] = [prompt + query, passage].map((text) => (lowerCase ? text.toLowerCase() : text));
    return this.tokenizer.encodePair(first, second, { maxLength });
  }

  /**
   * Scores of pairs, in their order: greater is better. A pair's score does not depend on its neighbours.
   *
   * @returns [N]
   * @throws {InputError} a pair that is not two texts, a budget that is no number above 0
   */
  async scores(pairs: readonly TextPair[], options: EncodeOptions = {}): Promise<Float32Array> {
    const { tokenBudget = 4096, autocast, onProgress } = options;
    checkPairs(pairs, tokenBudget);
    const scores = new Float32Array(pairs.length);
    let done = 0;
    for (let start = 0; start < pairs.length; start += CHUNK) {
      const chunk = pairs.slice(start, start + CHUNK).map((pair) => this.tokenize(pair));
      const lengths = chunk.map(({ ids }) => ids.length);
      for (const batch of tokenBatches(lengths, tokenBudget)) {
        const some = batch.map((i) => chunk[i]);
        const values = this.engine.tidy(() => this.engine.toFloat32(this.forward(some, autocast)));
        for (const [row, i] of batch.entries()) scores[start + i] = values[row];
        done += batch.length;
        onProgress?.({ done, total: pairs.length, note: "pairs" });
        // Lets timers, signals and other requests run between batches.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    return scores;
  }

  /** Frees the parameters; the cross-encoder cannot be used afterwards. */
  dispose(): void {
    this.engine.free(...this.params.values());
  }

  /** [B] scores of one batch. */
  private forward(pairs: readonly EncodedPair[], autocast: EncodeOptions["autocast"]): Tensor {
    const { engine } = this;
    const logits = autocast === undefined ? this.logits(pairs) : engine.autocast(autocast, () => this.logits(pairs));
    // In float32, so that the activation makes no ties of scores that differ.
    return activation("crossEncoder", this.config.activation)(engine, engine.cast(logits, "float32"));
  }

  /** [B, 1] */
  private logits(pairs: readonly EncodedPair[]): Tensor {
    const { engine } = this;
    const texts = pairs.map(({ ids }) => ids);
    const batch = packBatch(engine, texts);
    if (this.config.tokenTypes) {
      const types = Int32Array.from(batch.order.flatMap((i) => pairs[i].types));
      batch.types = engine.tensor(types, [types.length], "int64");
    }
    const states = this.encoder.forward(batch);
    const pooled = engine.tanh(this.linear(pool(engine, states, batch, "cls"), "pooler.dense"));
    return this.linear(pooled, "classifier");
  }

  private linear(x: Tensor, name: string): Tensor {
    return this.engine.linear(x, this.params.get(`${name}.weight`)!, this.params.get(`${name}.bias`));
  }
}

/** Special tokens of a pair, the least that a length must hold besides one token of text. */
const LEAST_LENGTH = 4;

function checkLength(name: string, length: number, { encoder }: CrossEncoderConfig): number {
  const most = encoder.maxPositionEmbeddings;
  if (Number.isInteger(length) && length >= LEAST_LENGTH && length <= most) return length;
  const problem = `maxLength must be a whole number in ${LEAST_LENGTH} .. ${most}, got ${length}`;
  throw new InputError(name, problem, "Give another, or mend max_seq_length in the model's folder.");
}

function checkPairs(pairs: readonly TextPair[], tokenBudget: number): void {
  const who = "CrossEncoder.scores";
  if (!(tokenBudget > 0))
    throw new InputError(who, `tokenBudget must be a number above 0, got ${tokenBudget}`, "Give tokens of a batch.");
  const odd = pairs.findIndex((pair) => typeof pair?.query !== "string" || typeof pair.passage !== "string");
  if (odd < 0) return;
  const got = JSON.stringify(pairs[odd])?.slice(0, 80);
  throw new InputError(who, `pair ${odd} must be {query, passage}, two texts, got ${got}`, "Mend or drop the pair.");
}
