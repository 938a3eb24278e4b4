import { InputError } from "../base/errors.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import { activation } from "./activation.ts";
import { packedAttention } from "./attention.ts";
import type { Backbone } from "./backbone.ts";
import type { PackedBatch } from "./batch.ts";
import type { EncoderConfig } from "./encoderConfig.ts";

/**
 * A BERT encoder on packed batches: learned absolute positions, token types (0 where the batch has none), LayerNorm
 * after each block, attention in both directions (Devlin et al. 2018, arXiv:1810.04805).
 */
export class Encoder implements Backbone {
  readonly config: EncoderConfig;
  readonly params: Map<string, Tensor>;
  private readonly engine: Engine;
  private readonly act: (engine: Engine, x: Tensor) => Tensor;

  /** @param params all names of `encoderShapes(config)`, float32 */
  constructor(engine: Engine, config: EncoderConfig, params: Map<string, Tensor>) {
    this.engine = engine;
    this.config = config;
    this.params = params;
    this.act = activation("config", config.hiddenAct);
  }

  /**
   * [S, H] states of the last layer.
   *
   * @throws {InputError} when a text is longer than the position table
   */
  forward(batch: PackedBatch): Tensor {
    const longest = batch.buckets[batch.buckets.length - 1].length;
    const limit = this.config.maxPositionEmbeddings;
    if (longest > limit) {
      throw new InputError(
        "encoder",
        `a text has ${longest} tokens, the model has ${limit} positions`,
        "Truncate the texts.",
      );
    }
    let x = this.embed(batch);
    for (let i = 0; i < this.config.numHiddenLayers; i++) x = this.layer(`encoder.layer.${i}`, x, batch);
    return x;
  }

  private embed(batch: PackedBatch): Tensor {
    const { engine } = this;
    const words = engine.embedding(this.param("embeddings.word_embeddings.weight"), batch.ids);
    const positions = this.param("embeddings.position_embeddings.weight");
    const types = this.param("embeddings.token_type_embeddings.weight");
    const places =
      batch.types === undefined
        ? engine.embedding(engine.add(positions, engine.narrow(types, 0, 0, 1)), batch.positions)
        : engine.add(engine.embedding(positions, batch.positions), engine.embedding(types, batch.types));
    return this.norm(engine.add(words, places), "embeddings.LayerNorm");
  }

  /** [S, H] -> [S, H] */
  private layer(name: string, x: Tensor, batch: PackedBatch): Tensor {
    const { engine } = this;
    const attended = this.linear(this.attention(`${name}.attention.self`, x, batch), `${name}.attention.output.dense`);
    const y = this.norm(engine.add(x, attended), `${name}.attention.output.LayerNorm`);
    const inner = this.act(engine, this.linear(y, `${name}.intermediate.dense`));
    return this.norm(engine.add(y, this.linear(inner, `${name}.output.dense`)), `${name}.output.LayerNorm`);
  }

  private attention(name: string, x: Tensor, batch: PackedBatch): Tensor {
    const { engine } = this;
    const { numAttentionHeads: heads, hiddenSize: hidden } = this.config;
    const parts = [`${name}.query`, `${name}.key`, `${name}.value`];
    // One product for all three: their weights are small against the batch.
    const weight = parts.map((part) => this.param(`${part}.weight`));
    const bias = parts.map((part) => this.param(`${part}.bias`));
    const qkv = engine.linear(x, engine.cat(weight, 0), engine.cat(bias, 0));
    const [q, k, v] = engine.split(engine.reshape(qkv, [-1, 3 * heads, hidden / heads]), [heads, heads, heads], 1);
    return packedAttention(engine, batch, { q, k, v }, { causal: false }, new Map());
  }

  private linear(x: Tensor, name: string): Tensor {
    return this.engine.linear(x, this.param(`${name}.weight`), this.param(`${name}.bias`));
  }

  private norm(x: Tensor, name: string): Tensor {
    return this.engine.layerNorm(x, this.param(`${name}.weight`), this.param(`${name}.bias`), this.config.layerNormEps);
  }

  private param(name: string): Tensor {
    return this.params.get(name)!;
  }
}
