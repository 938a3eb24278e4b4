import type { Engine, Sight, Tensor } from "../engine/engine.ts";
import { activation } from "./activation.ts";
import { packedAttention, type WindowMasks } from "./attention.ts";
import type { Backbone } from "./backbone.ts";
import type { PackedBatch } from "./batch.ts";
import type { DecoderConfig } from "./decoderConfig.ts";
import { inverseFrequencies, ropeTables } from "./rope.ts";

/** What all layers share while one batch passes. */
interface Shared {
  batch: PackedBatch;
  /** [S, d / 2] */
  cos: Tensor;
  sin: Tensor;
  sight: Sight;
  masks: WindowMasks;
}

/**
 * A Llama or Mistral decoder on packed batches: RMSNorm before each block, rotary positions, grouped-query attention,
 * SwiGLU (Touvron et al. 2023, arXiv:2307.09288; Jiang et al. 2023, arXiv:2310.06825).
 */
export class Decoder implements Backbone {
  readonly config: DecoderConfig;
  readonly params: Map<string, Tensor>;
  private readonly engine: Engine;
  private readonly act: (engine: Engine, x: Tensor) => Tensor;
  private readonly frequencies: Float32Array;
  private tables: { cos: Float32Array; sin: Float32Array; length: number };

  /** @param params all names of `decoderShapes(config)`, float32 */
  constructor(engine: Engine, config: DecoderConfig, params: Map<string, Tensor>) {
    this.engine = engine;
    this.config = config;
    this.params = params;
    this.act = activation("config", config.hiddenAct);
    this.frequencies = inverseFrequencies(config.rope, config.headDim);
    this.tables = { cos: new Float32Array(0), sin: new Float32Array(0), length: 0 };
  }

  /** [S, H] states after the last norm. */
  forward(batch: PackedBatch): Tensor {
    const { engine, config } = this;
    const sight = { causal: config.causal, window: config.slidingWindow };
    const shared = { batch, ...this.angles(batch), sight, masks: new Map() };
    let x = engine.embedding(this.param("embed_tokens.weight"), batch.ids);
    for (let i = 0; i < config.numHiddenLayers; i++) x = this.layer(`layers.${i}`, x, shared);
    return this.norm(x, "norm");
  }

  /** [S, H] -> [S, H] */
  private layer(name: string, x: Tensor, shared: Shared): Tensor {
    const { engine } = this;
    const attended = this.attention(`${name}.self_attn`, this.norm(x, `${name}.input_layernorm`), shared);
    const y = engine.add(x, attended);
    return engine.add(y, this.mlp(`${name}.mlp`, this.norm(y, `${name}.post_attention_layernorm`)));
  }

  private attention(name: string, x: Tensor, shared: Shared): Tensor {
    const { engine, config } = this;
    const { numAttentionHeads: queries, numKeyValueHeads: keys, headDim } = config;
    const qkv = this.fusedLinear(x, [`${name}.q_proj`, `${name}.k_proj`, `${name}.v_proj`]);
    const [qk, v] = engine.split(engine.reshape(qkv, [-1, queries + 2 * keys, headDim]), [queries + keys, keys], 1);
    const [q, k] = engine.split(engine.rope(qk, shared.cos, shared.sin), [queries, keys], 1);
    const mixed = packedAttention(engine, shared.batch, { q, k, v }, shared.sight, shared.masks);
    return this.linear(mixed, `${name}.o_proj`);
  }

  private mlp(name: string, x: Tensor): Tensor {
    const gateUp = this.fusedLinear(x, [`${name}.gate_proj`, `${name}.up_proj`]);
    return this.linear(this.gated(gateUp), `${name}.down_proj`);
  }

  /** [S, 2 I] -> [S, I] */
  private gated(gateUp: Tensor): Tensor {
    const { engine } = this;
    const { intermediateSize: inner, hiddenAct } = this.config;
    if (hiddenAct === "silu") return engine.swiglu(gateUp);
    const [gate, up] = engine.split(gateUp, [inner, inner], 1);
    return engine.mul(this.act(engine, gate), up);
  }

  /** Several projections of the same input as one product: their weights are small against the batch. */
  private fusedLinear(x: Tensor, names: string[]): Tensor {
    const { engine } = this;
    const weight = engine.cat(
      names.map((name) => this.param(`${name}.weight`)),
      0,
    );
    if (!this.params.has(`${names[0]}.bias`)) return engine.linear(x, weight);
    const bias = names.map((name) => this.param(`${name}.bias`));
    return engine.linear(x, weight, engine.cat(bias, 0));
  }

  private linear(x: Tensor, name: string): Tensor {
    return this.engine.linear(x, this.param(`${name}.weight`), this.params.get(`${name}.bias`));
  }

  private norm(x: Tensor, name: string): Tensor {
    return this.engine.rmsNorm(x, this.param(`${name}.weight`), this.config.rmsNormEps);
  }

  /** Cosines and sines of the batch's positions. The table in plain memory grows to the longest text seen. */
  private angles(batch: PackedBatch): { cos: Tensor; sin: Tensor } {
    const { engine } = this;
    const longest = batch.buckets[batch.buckets.length - 1].length;
    if (longest > this.tables.length) this.tables = { ...ropeTables(this.frequencies, longest), length: longest };
    const half = this.frequencies.length;
    const pick = (table: Float32Array): Tensor => {
      const rows = engine.tensor(table.subarray(0, longest * half), [longest, half]);
      return engine.indexSelect(rows, 0, batch.positions);
    };
    return { cos: pick(this.tables.cos), sin: pick(this.tables.sin) };
  }

  private param(name: string): Tensor {
    return this.params.get(name)!;
  }
}
