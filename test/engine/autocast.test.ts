import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";

const engine = await openEngine({ threads: 1 });
const random = new Random(3);
const inTidy = (title: string, f: () => void): void => void test(title, () => engine.tidy(() => f()));

function normal(shape: number[]): Tensor {
  return engine.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
    shape,
  );
}

/** The greatest |a - b| over the greatest |b|. */
function gap(a: Tensor, b: Tensor): number {
  const [x, y] = [engine.toFloat32(a), engine.toFloat32(b)];
  const most = y.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  return x.reduce((m, v, i) => Math.max(m, Math.abs(v - y[i])), 0) / most;
}

inTidy("products and attention run in bfloat16 inside, in float32 after", () => {
  const [x, w, q] = [normal([8, 16]), normal([4, 16]), normal([1, 2, 8, 8])];
  const inside = engine.autocast("bfloat16", () => [
    engine.linear(x, w),
    engine.matmul(x, engine.transpose(w, 0, 1)),
    engine.attention(q, q, q),
  ]);
  assert.deepEqual(
    inside.map((t) => t.dtype),
    ["bfloat16", "bfloat16", "bfloat16"],
  );
  assert.equal(engine.linear(x, w).dtype, "float32");
  const error = gap(inside[0], engine.linear(x, w));
  assert.ok(error > 1e-5 && error < 0.02, `${error}`);
});

inTidy("sensitive operations take bfloat16 and give float32", () => {
  const [x, ones] = [engine.cast(normal([4, 6]), "bfloat16"), engine.full([6], 1)];
  const results = engine.autocast("bfloat16", () => [
    engine.softmax(x, 1),
    engine.logSoftmax(x, 1),
    engine.logSumExp(x, 1),
    engine.layerNorm(x, ones, undefined, 1e-5),
    engine.rmsNorm(x, ones, 1e-5),
    engine.normalize(x),
    engine.crossEntropy(x, engine.arange(0, 4)),
    engine.exp(x),
    engine.sum(x),
    engine.mean(x, 0),
  ]);
  assert.deepEqual(
    results.map((t) => t.dtype),
    results.map(() => "float32"),
  );
});

inTidy("gradients come in the parameters' float32 and lie near the exact ones", () => {
  const [x, w] = [normal([32, 64]), normal([16, 64])];
  const loss = (): Tensor => engine.crossEntropy(engine.linear(x, w), targets);
  const targets = engine.tensor(
    Array.from({ length: 32 }, (_, i) => i % 16),
    [32],
    "int64",
  );
  const exact = engine.valueAndGrad(loss, [w]).grads[0];
  const outside = engine.autocast("bfloat16", () => engine.valueAndGrad(loss, [w])).grads[0];
  const inside = engine.valueAndGrad(() => engine.autocast("bfloat16", loss), [w]).grads[0];
  for (const grad of [outside, inside]) {
    assert.equal(grad.dtype, "float32");
    assert.ok(gap(grad, exact) < 0.05, `${gap(grad, exact)}`);
  }
});

inTidy("a weight that changes between two gradients of one autocast is cast anew", () => {
  const [x, w] = [engine.full([1, 1], 1), engine.full([1, 1], 1)];
  engine.autocast("bfloat16", () => {
    const value = (): number => engine.item(engine.valueAndGrad(() => engine.sum(engine.linear(x, w)), [w]).value);
    assert.equal(value(), 1);
    engine.assign(w, engine.full([1, 1], 4));
    assert.equal(value(), 4);
  });
});

inTidy("an exception inside ends autocast; it nests", () => {
  const x = normal([2, 2]);
  assert.throws(
    () => engine.autocast("bfloat16", () => engine.autocast("bfloat16", () => assert.fail("mine"))),
    /mine/,
  );
  assert.equal(engine.matmul(x, x).dtype, "float32");
});
