import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { AdamWOptions, Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";

/** adamw.json, by torch.optim.AdamW; see make_adamw.py beside it. */
interface Fixture {
  shapes: number[][];
  options: Omit<AdamWOptions, "step">;
  maxNorm: number;
  start: number[][];
  steps: { grads: number[][]; norm: number; clipped: number[][]; params: number[][] }[];
}

const path = new URL("../fixtures/engine/adamw.json", import.meta.url);
const fixture: Fixture = JSON.parse(readFileSync(path, "utf8"));
const engine = await openEngine({ threads: 1 });
const options = { lr: 0.1, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, step: 1 };

function tensors(values: number[][]): Tensor[] {
  return values.map((v, i) => engine.tensor(v, fixture.shapes[i]));
}

function close(got: Tensor[], expected: number[][], tolerance: number): void {
  for (const [i, t] of got.entries())
    for (const [j, value] of engine.toFloat32(t).entries())
      assert.ok(Math.abs(value - expected[i][j]) <= tolerance, `${i}, ${j}: ${value}, expected ${expected[i][j]}`);
}

test("three steps of clipped AdamW equal torch.optim.AdamW and clip_grad_norm_", () => {
  engine.tidy(() => {
    const params = tensors(fixture.start);
    const [m, v] = [params.map((p) => engine.zerosLike(p)), params.map((p) => engine.zerosLike(p))];
    for (const [i, step] of fixture.steps.entries()) {
      const grads = tensors(step.grads);
      assert.equal(Math.abs(engine.clipGradNorm(grads, fixture.maxNorm) - step.norm) < 1e-5, true);
      close(grads, step.clipped, 2e-6);
      engine.adamW({ params, grads, m, v }, { ...fixture.options, step: i + 1 });
      close(params, step.params, 2e-6);
    }
  });
});

test("the first step without decay moves each weight by lr against the sign of its gradient", () => {
  engine.tidy(() => {
    const params = [engine.full([2], 1)];
    const [m, v] = [[engine.full([2], 0)], [engine.full([2], 0)]];
    engine.adamW({ params, grads: [engine.tensor([3, -0.01], [2])], m, v }, options);
    const [a, b] = engine.toFloat32(params[0]);
    assert.deepEqual([a.toFixed(5), b.toFixed(5)], ["0.90000", "1.10000"]);
  });
});

test("gradients within the limit, and none at all, are left as they are", () => {
  engine.tidy(() => {
    const grads = [engine.tensor([3, 4], [2])];
    assert.equal(engine.clipGradNorm(grads, 5), 5);
    assert.deepEqual([...engine.toFloat32(grads[0])], [3, 4]);
    assert.equal(engine.clipGradNorm([], 1), 0);
  });
});

test("lists that do not match are refused before the kernel sees them, and nothing changes", () => {
  engine.tidy(() => {
    const make = (...shapes: number[][]): Tensor[] => shapes.map((s) => engine.full(s, 1));
    const params = make([2], [3]);
    const [m, v] = [make([2], [3]), make([2], [3])];
    const step = (grads: Tensor[]) => () => engine.adamW({ params, grads, m, v }, options);
    assert.throws(step(make([2])), /adamW: params\[1\] is float32 \[3\] but grads\[1\] is nothing\. Give four lists/);
    assert.throws(step(make([2], [4])), /grads\[1\] is float32 \[4\]/);
    assert.throws(step(make([2], [3], [1])), /params\[2\] is nothing but grads\[2\] is float32 \[1\]/);
    assert.throws(step([engine.full([2], 1, "bfloat16"), engine.full([3], 1)]), /grads\[0\] is bfloat16 \[2\]/);
    assert.deepEqual([...engine.toFloat32(params[1])], [1, 1, 1]);
    assert.throws(() => engine.clipGradNorm(params, 0), /maxNorm must be > 0, got 0/);
  });
});
