import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";

const engine = await openEngine({ threads: 1 });
const random = new Random(5);

function draw(shape: number[], scale = 1): Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  return engine.tensor(
    Float32Array.from({ length: size }, () => scale * random.normal()),
    shape,
  );
}

/** Greatest difference, relative to 1 + the expected value. */
function difference(got: Tensor, expected: ArrayLike<number>): number {
  const values = engine.toFloat32(got);
  assert.equal(values.length, expected.length);
  return values.reduce((worst, v, i) => Math.max(worst, Math.abs(v - expected[i]) / (1 + Math.abs(expected[i]))), 0);
}

/** The gradient of a weighted sum of `f`'s result, by each way of computing it. */
function gradientOf(f: (x: Tensor) => Tensor, x: Tensor, weights: Tensor): Tensor {
  return engine.valueAndGrad(() => engine.sum(engine.mul(f(x), weights)), [x]).grads[0];
}

test("swiglu is x sigmoid(x) times the second half, also far from zero and for widths that fill no vector", () => {
  for (const [rows, width, scale] of [
    [5, 1, 1],
    [3, 37, 4],
    [40, 704, 60],
  ]) {
    engine.tidy(() => {
      const x = draw([rows, 2 * width], scale);
      const values = engine.toFloat32(x);
      const expected = Array.from({ length: rows * width }, (_, at) => {
        const row = Math.floor(at / width) * 2 * width;
        const gate = values[row + (at % width)];
        return (gate / (1 + Math.exp(-gate))) * values[row + width + (at % width)];
      });
      assert.ok(difference(engine.swiglu(x), expected) < 1e-6);
    });
  }
});

test("the gradient of swiglu equals that of silu and a product", () => {
  engine.tidy(() => {
    const x = draw([2, 7, 2 * 19], 3);
    const weights = draw([2, 7, 19]);
    const parts = (y: Tensor): Tensor => {
      const [gate, up] = engine.split(y, [19, 19], 2);
      return engine.mul(engine.silu(gate), up);
    };
    const expected = engine.toFloat32(gradientOf(parts, x, weights));
    assert.ok(difference(gradientOf(engine.swiglu.bind(engine), x, weights), expected) < 1e-6);
  });
});

test("rope turns each pair of a head by its row's angle", () => {
  engine.tidy(() => {
    const [rows, heads, half] = [4, 3, 5];
    const x = draw([rows, heads, 2 * half]);
    const angles = Float32Array.from({ length: rows * half }, () => random.uniform() * 6);
    const [cos, sin] = [Math.cos, Math.sin].map((f) => engine.tensor(angles.map(f), [rows, half]));
    const values = engine.toFloat32(x);
    const expected = Array.from(values, (_, at) => {
      const i = at % (2 * half);
      const pair = i % half;
      const start = at - i;
      const angle = angles[Math.floor(at / (heads * 2 * half)) * half + pair];
      const [a, b] = [values[start + pair], values[start + half + pair]];
      return i < half ? a * Math.cos(angle) - b * Math.sin(angle) : b * Math.cos(angle) + a * Math.sin(angle);
    });
    assert.ok(difference(engine.rope(x, cos, sin), expected) < 1e-6);
    // A turn is orthogonal: its gradient is the turn back.
    const weights = draw([rows, heads, 2 * half]);
    const back = engine.rope(weights, cos, engine.neg(sin));
    const gradient = gradientOf((y) => engine.rope(y, cos, sin), x, weights);
    assert.ok(difference(gradient, engine.toFloat32(back)) < 1e-6);
  });
});

test("both take views that are not contiguous, and bfloat16", () => {
  engine.tidy(() => {
    const wide = draw([6, 4, 10]);
    const view = engine.narrow(wide, 1, 1, 2);
    const copy = engine.tensor(engine.toFloat32(view), [6, 2, 10]);
    const [cos, sin] = [engine.full([6, 5], 0.6), engine.full([6, 5], 0.8)];
    assert.equal(difference(engine.rope(view, cos, sin), engine.toFloat32(engine.rope(copy, cos, sin))), 0);
    assert.equal(difference(engine.swiglu(view), engine.toFloat32(engine.swiglu(copy))), 0);
    const half = engine.cast(copy, "bfloat16");
    assert.equal(engine.swiglu(half).dtype, "bfloat16");
    assert.equal(engine.rope(half, cos, sin).dtype, "bfloat16");
    assert.ok(difference(engine.rope(half, cos, sin), engine.toFloat32(engine.rope(copy, cos, sin))) < 0.02);
    assert.ok(difference(engine.swiglu(half), engine.toFloat32(engine.swiglu(copy))) < 0.02);
  });
});

test("shapes that do not fit are refused", () => {
  engine.tidy(() => {
    assert.throws(() => engine.swiglu(engine.full([2, 3], 1)), /swiglu: .*even/);
    const x = engine.full([2, 1, 4], 1);
    assert.throws(() => engine.rope(x, engine.full([2, 3], 1), engine.full([2, 2], 1)), /rope: .*\[S, d \/ 2\]/);
  });
});
