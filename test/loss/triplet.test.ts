import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { type TripletOptions, triplet } from "../../src/loss/triplet.ts";
import { assertGradient, normals } from "./finiteDifference.ts";

const engine = await openEngine({ threads: 1 });
const matrix = (x: number[]): Tensor => engine.tensor(x, [x.length / 2, 2]);

function value(a: number[], p: number[], n: number[], options?: TripletOptions): number {
  return engine.tidy(() => engine.item(triplet(engine, matrix(a), matrix(p), matrix(n), options)));
}

const close = (got: number, want: number): void => assert.ok(Math.abs(got - want) < 1e-6, `${got} is not ${want}`);

test("Euclidean by hand: 5 − 13 + 10 = 2, and 0 once the negative is far enough", () => {
  close(value([0, 0], [3, 4], [5, 12], { margin: 10 }), 2);
  close(value([0, 0], [3, 4], [5, 12]), 0);
  close(value([0, 0, 0, 0], [3, 4, 3, 4], [5, 12, 5, 12], { margin: 10 }), 2);
});

test("cosine by hand: 1 − 0 − (1 − 24/25) + 1", () => {
  close(value([3, 4], [4, -3], [4, 3], { distance: "cosine" }), 1 - 0.04 + 1);
});

test("with positive and negative equally far the loss is the margin", () => {
  close(value([1, 2], [3, 5], [3, 5]), 1);
  close(value([1, 2], [3, 5], [3, 5], { margin: 0.25, distance: "cosine" }), 0.25);
});

test("gradients are finite differences in both distances", () => {
  const random = new Random(11);
  const [a, p, n] = [0, 1, 2].map(() => normals(random, 4, 3));
  for (const distance of ["euclidean", "cosine"] as const)
    for (const which of [0, 1, 2])
      assertGradient(engine, [a, p, n][which], [4, 3], (x) => {
        const all = [a, p, n].map((data, k) => (k === which ? x : engine.tensor(data, [4, 3])));
        return triplet(engine, all[0], all[1], all[2], { margin: 1, distance });
      });
});

test("a positive that coincides with its anchor gives a finite gradient", () => {
  const a = matrix([1, 2]);
  const { grads } = engine.valueAndGrad(() => triplet(engine, a, matrix([1, 2]), matrix([1, 3]), { margin: 5 }), [a]);
  assert.ok(engine.toFloat32(grads[0]).every(Number.isFinite));
});

test("unequal shapes, an unknown distance and a margin of 0 are refused", () => {
  assert.throws(() => value([1, 2], [1, 2], [1, 2, 3, 4]), /must all be \[B, 2\].*\[2, 2\]/);
  assert.throws(() => value([1, 2], [1, 2], [1, 2], { distance: "manhattan" as "cosine" }), /got manhattan/);
  assert.throws(() => value([1, 2], [1, 2], [1, 2], { margin: 0 }), /margin must be above 0, got 0/);
});
