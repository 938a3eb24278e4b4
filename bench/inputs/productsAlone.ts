import type { Tensor } from "../../src/engine/engine.ts";
import type { Embedder } from "../../src/model/embedder.ts";
import type { Figure } from "../figure.ts";
import { ownVersions } from "./ownVersions.ts";

/** Tokens of a product, about what a packed batch holds, and products of each weight; the quickest counts. */
const ROWS = 2048;
const REPEATS = 8;

/**
 * The roof over any implementation on the same libraries: the products with the model's own weight matrices, and nothing
 * else (no attention, no norm, no activation). Training multiplies each three times: forward, and twice backward.
 */
export function productsAlone(model: Embedder, work: string, training: boolean): Figure {
  let secondsPerToken = 0;
  for (const [name, weight] of model.params) {
    if (weight.shape.length !== 2 || /embed/.test(name)) continue;
    secondsPerToken += quickest(model, weight, training) / ROWS;
  }
  const unit = "real tokens per CPU second";
  const versions = ownVersions();
  return { work: `${work}: its products alone`, ours: 1 / secondsPerToken, peer: null, ratio: null, unit, versions };
}

/** CPU seconds for one weight [out, in] and `ROWS` tokens. */
function quickest({ engine }: Embedder, weight: Tensor, training: boolean): number {
  return engine.tidy(() => {
    const [wide, narrow] = weight.shape;
    const x = engine.full([ROWS, narrow], 0.5);
    const gradient = engine.full([ROWS, wide], 0.5);
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < REPEATS; i++) {
      const start = process.cpuUsage();
      engine.tidy(() => {
        engine.linear(x, weight);
        if (!training) return;
        engine.matmul(gradient, weight);
        engine.matmul(engine.transpose(gradient, 0, 1), x);
      });
      const { user, system } = process.cpuUsage(start);
      least = Math.min(least, (user + system) / 1e6);
    }
    return least;
  });
}
