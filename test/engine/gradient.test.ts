import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";

const engine = await openEngine({ threads: 1 });
const inTidy = (title: string, f: () => void): void => void test(title, () => engine.tidy(() => f()));
const values = (t: Tensor): number[] => [...engine.toFloat32(t)];

inTidy("the gradient of sum(x^2 y) is 2xy and x^2", () => {
  const x = engine.tensor([1, -2, 3], [3]);
  const y = engine.tensor([4, 5, 6], [3]);
  const { value, grads } = engine.valueAndGrad(() => engine.sum(engine.mul(engine.mul(x, x), y)), [x, y]);
  assert.equal(engine.item(value), 4 + 20 + 54);
  assert.deepEqual(grads.map(values), [
    [8, -20, 36],
    [1, 4, 9],
  ]);
});

inTidy("an input that the function does not use gets zeros", () => {
  const [x, unused] = [engine.full([2], 3), engine.full([2, 2], 1)];
  const { grads } = engine.valueAndGrad(() => engine.sum(x), [unused, x]);
  assert.deepEqual(grads.map(values), [
    [0, 0, 0, 0],
    [1, 1],
  ]);
});

inTidy("a constant result gives zeros", () => {
  const x = engine.full([2], 3);
  const { value, grads } = engine.valueAndGrad(() => engine.full([], 4), [x]);
  assert.equal(engine.item(value), 4);
  assert.deepEqual(values(grads[0]), [0, 0]);
});

inTidy("stopGradient passes the value and no gradient", () => {
  const x = engine.tensor([3], [1]);
  const { value, grads } = engine.valueAndGrad(() => engine.sum(engine.mul(x, engine.stopGradient(x))), [x]);
  assert.equal(engine.item(value), 9);
  assert.deepEqual(values(grads[0]), [3]);
});

inTidy("topK and split pass gradients to the entries that they took", () => {
  const x = engine.tensor([5, 1, 4, 2], [4]);
  const top = engine.topK(x, 2);
  assert.deepEqual(values(top.values), [5, 4]);
  assert.deepEqual([...engine.toInt32(top.indices)], [0, 2]);
  assert.deepEqual(values(engine.valueAndGrad(() => engine.sum(engine.topK(x, 2).values), [x]).grads[0]), [1, 0, 1, 0]);
  const parts = engine.split(x, [1, 3], 0);
  assert.deepEqual(parts.map(values), [[5], [1, 4, 2]]);
  const second = engine.valueAndGrad(() => engine.sum(engine.split(x, [1, 3], 0)[1]), [x]).grads[0];
  assert.deepEqual(values(second), [0, 1, 1, 1]);
});

inTidy("a zero vector normalizes to zero, with a finite gradient", () => {
  const x = engine.zerosLike(engine.full([2, 3], 1));
  const { value, grads } = engine.valueAndGrad(() => engine.sum(engine.normalize(x)), [x]);
  assert.equal(engine.item(value), 0);
  assert.deepEqual(values(grads[0]).map(Number.isFinite), [true, true, true, true, true, true]);
});

test("valueAndGrad leaves the value and the gradients, nothing else, also when the function throws", () => {
  const x = engine.full([2], 3);
  const before = engine.memory().tensors;
  const { value, grads } = engine.valueAndGrad(() => engine.sum(engine.exp(engine.mul(x, 2))), [x]);
  assert.equal(engine.memory().tensors - before, 2);
  engine.free(value, ...grads);
  const failure = new TypeError("mine");
  const f = (): never => {
    engine.exp(x);
    throw failure;
  };
  assert.throws(() => engine.valueAndGrad(f, [x]), failure);
  assert.equal(engine.memory().tensors, before);
  assert.deepEqual(values(engine.tidy(() => engine.valueAndGrad(() => engine.sum(x), [x]).grads[0])), [1, 1]);
  engine.free(x);
});

test("a tensor kept inside is cut off, so that it may be used in the next call", () => {
  const x = engine.full([2], 3);
  let kept: Tensor | undefined;
  const first = engine.valueAndGrad(() => {
    kept = engine.keep(engine.mul(x, x));
    return engine.sum(kept);
  }, [x]);
  const second = engine.valueAndGrad(() => engine.sum(engine.mul(kept!, x)), [x]);
  assert.deepEqual(values(second.grads[0]), [9, 9]);
  engine.free(x, kept!, first.value, ...first.grads, second.value, ...second.grads);
});

inTidy("assign inside valueAndGrad is not recorded", () => {
  const [x, store] = [engine.full([2], 3), engine.full([2], 0)];
  const { grads } = engine.valueAndGrad(() => {
    engine.assign(store, engine.mul(x, 5));
    return engine.sum(engine.mul(x, x));
  }, [x]);
  assert.deepEqual(
    [values(store), values(grads[0])],
    [
      [15, 15],
      [6, 6],
    ],
  );
});

inTidy("bad calls say what was wanted", () => {
  const x = engine.full([2], 3);
  const ids = engine.arange(0, 2);
  const one = (): Tensor => engine.sum(x);
  const attempts: [RegExp, () => unknown][] = [
    [
      /valueAndGrad: the function must return a single float, got float32 \[2\]\. Return `sum`/,
      () => engine.valueAndGrad(() => engine.mul(x, 2), [x]),
    ],
    [/must return a single float, got int64 \[\]/, () => engine.valueAndGrad(() => engine.sum(ids), [x])],
    [/must return a single float, got object/, () => engine.valueAndGrad((async () => x) as never, [x])],
    [/`wrt` must hold float tensors, got one of int64/, () => engine.valueAndGrad(one, [ids])],
    [/`wrt` must hold float tensors, got none/, () => engine.valueAndGrad(one, [])],
    [/`wrt` must hold float tensors, got a string/, () => engine.valueAndGrad(one, ["x" as never])],
    [/called inside itself/, () => engine.valueAndGrad(() => engine.valueAndGrad(one, [x]).value, [x])],
  ];
  for (const [message, attempt] of attempts) assert.throws(attempt, message);
  assert.deepEqual(values(engine.valueAndGrad(one, [x]).grads[0]), [1, 1]);
});
