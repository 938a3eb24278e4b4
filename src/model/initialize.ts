import type { Random } from "../base/random.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import type { BackboneConfig } from "./backbone.ts";
import { backboneShapes } from "./backboneConfig.ts";

/** How random parameters are drawn. Norms start at 1, biases at 0 in every scheme. */
export interface Initialization {
  random: Random;
  /**
   * `normal`: every matrix from N(0, initializerRange), as transformers does. `unit`: embeddings from N(0, 1), the
   * output projections of each block (attention and feed-forward) zero, other matrices from N(0, 1 / inputs). Each
   * block then starts as the identity, so that pooled states start as mean word vectors: on little text this learns
   * where `normal` barely moves (zero output projections: Zhang et al. 2019, arXiv:1901.09321). Default `normal`.
   */
  scheme?: "normal" | "unit";
}

const RESIDUAL_OUTPUT =
  /(?:self_attn\.o_proj|mlp\.down_proj|attention\.output\.dense|layer\.\d+\.output\.dense)\.weight$/;
const EMBEDDING = /(?:embed_tokens|_embeddings)\.weight$/;

/**
 * Random parameters for a config, float32, kept (the caller frees them). Same seed, same values on every machine.
 *
 * @returns name without prefix -> tensor, in the order of `backboneShapes(config)`
 */
export function initialize(engine: Engine, config: BackboneConfig, options: Initialization): Map<string, Tensor> {
  const params = new Map<string, Tensor>();
  for (const [name, shape] of backboneShapes(config)) {
    const std = deviation(name, shape, config.initializerRange, options.scheme ?? "normal");
    const constant = shape.length > 1 ? 0 : name.endsWith(".bias") ? 0 : 1;
    const tensor = std === 0 ? engine.full(shape, constant) : normal(engine, shape, std, options.random);
    params.set(name, engine.keep(tensor));
  }
  return params;
}

/** The standard deviation of a parameter; 0: it starts as a constant. */
function deviation(name: string, shape: number[], range: number, scheme: "normal" | "unit"): number {
  if (shape.length < 2) return 0;
  if (scheme === "normal") return range;
  if (EMBEDDING.test(name)) return 1;
  return RESIDUAL_OUTPUT.test(name) ? 0 : 1 / Math.sqrt(shape[1]);
}

/** A tensor of draws from N(0, std). */
export function normal(engine: Engine, shape: readonly number[], std: number, random: Random): Tensor {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < values.length; i++) values[i] = std * random.normal();
  return engine.tensor(values, shape);
}
