import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { pairContrastive } from "../../src/loss/pairContrastive.ts";
import { assertGradient, normals } from "./finiteDifference.ts";

const engine = await openEngine({ threads: 1 });

function value(a: number[], b: number[], labels: number[], margin?: number): number {
  const matrix = (x: number[]) => engine.tensor(x, [x.length / 2, 2]);
  return engine.tidy(() => engine.item(pairContrastive(engine, matrix(a), matrix(b), labels, { margin })));
}

const close = (got: number, want: number): void => assert.ok(Math.abs(got - want) < 1e-6, `${got} is not ${want}`);

test("hand-worked pairs: ½d² for a positive, ½(margin − d)² for a negative inside the margin, 0 beyond it", () => {
  close(value([1, 0], [0, 2], [1]), 0.5); // d = 1
  close(value([3, 4], [4, 3], [0]), 0.5 * (0.5 - 0.04) ** 2); // cosine 24/25
  close(value([3, 4], [4, 3], [0], 1), 0.5 * (1 - 0.04) ** 2);
  close(value([1, 0], [0, 1], [0]), 0);
  close(value([1, 0, 3, 4], [0, 2, 4, 3], [1, 0]), (0.5 + 0.5 * 0.46 ** 2) / 2);
});

test("equal positives and opposite negatives cost nothing", () => {
  close(value([1, 2, 1, 2], [2, 4, -1, -2], [1, 0]), 0);
});

test("gradients are finite differences", () => {
  const random = new Random(9);
  const [a, b] = [normals(random, 4, 3), normals(random, 4, 3)];
  for (const margin of [0.5, 1])
    assertGradient(engine, a, [4, 3], (x) =>
      pairContrastive(engine, x, engine.tensor(b, [4, 3]), [1, 0, 0, 1], { margin }),
    );
});

test("unequal shapes, wrong labels and margins outside (0, 2] are refused", () => {
  assert.throws(() => value([1, 2, 3, 4], [1, 2], [1, 1]), /a and b must both be \[B, 2\], got \[2, 2\] and \[1, 2\]/);
  assert.throws(() => value([1, 2], [1, 2], [0.5]), /1 zeros and ones, got 1 with 0.5/);
  assert.throws(() => value([1, 2], [1, 2], []), /1 zeros and ones, got 0/);
  assert.throws(() => value([1, 2], [1, 2], [1], 0), /margin must be in \(0, 2\], got 0/);
});
