import assert from "node:assert/strict";
import type { Random } from "../../src/base/random.ts";
import type { Engine, Tensor } from "../../src/engine/engine.ts";

/** `rows` x `width` standard normal values. */
export function normals(random: Random, rows: number, width: number): number[] {
  return Array.from({ length: rows * width }, () => random.normal());
}

/**
 * Asserts that the engine's gradient of `loss` in each entry of `values` is the central difference (f(x+h) - f(x-h)) / 2h.
 * float32 leaves about 3 digits with h = 0.01.
 */
export function assertGradient(
  engine: Engine,
  values: readonly number[],
  shape: readonly number[],
  loss: (x: Tensor) => Tensor,
): void {
  const at = (x: readonly number[]): number => engine.tidy(() => engine.item(loss(engine.tensor(x, shape))));
  const gradient = engine.tidy(() => {
    const x = engine.tensor(values, shape);
    return engine.toFloat32(engine.valueAndGrad(() => loss(x), [x]).grads[0]);
  });
  const h = 0.01;
  const moved = (i: number, by: number): number[] => values.map((x, k) => (k === i ? x + by : x));
  for (let i = 0; i < values.length; i++) {
    const slope = (at(moved(i, h)) - at(moved(i, -h))) / (2 * h);
    assert.ok(Math.abs(slope - gradient[i]) < 2e-3, `entry ${i}: difference ${slope}, gradient ${gradient[i]}`);
  }
}
