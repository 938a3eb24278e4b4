import type { Tensor } from "../../src/engine/engine.ts";
import type { Embedder } from "../../src/model/embedder.ts";

/** Tokens of a product, about what a packed batch holds. */
const ROWS = 2048;
/** Products of each weight in one turn. */
const REPEATS = 4;

/**
 * The roof over any implementation on the same libraries: the products with the model's own weight matrices, and nothing
 * else (no attention, no norm, no activation). Training multiplies each three times: forward, and twice backward.
 *
 * @returns tokens, and CPU seconds for them: one turn, as the two sides have theirs
 */
export function productsAlone(model: Embedder, training: boolean): { tokens: number; seconds: number } {
  const weights = [...model.params].filter(([name, { shape }]) => shape.length === 2 && !/embed/.test(name));
  const seconds = weights.reduce((sum, [, weight]) => sum + multiply(model, weight, training), 0);
  return { tokens: ROWS * REPEATS, seconds };
}

/** CPU seconds for one weight [out, in] and `REPEATS` times `ROWS` tokens, after one time that does not count. */
function multiply({ engine }: Embedder, weight: Tensor, training: boolean): number {
  return engine.tidy(() => {
    const [wide, narrow] = weight.shape;
    const x = engine.full([ROWS, narrow], 0.5);
    const gradient = engine.full([ROWS, wide], 0.5);
    let start = process.cpuUsage();
    for (let i = 0; i <= REPEATS; i++) {
      if (i === 1) start = process.cpuUsage();
      engine.tidy(() => {
        engine.linear(x, weight);
        if (!training) return;
        engine.matmul(gradient, weight);
        engine.matmul(engine.transpose(gradient, 0, 1), x);
      });
    }
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  });
}
