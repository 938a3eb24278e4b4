import assert from "node:assert/strict";
import { test } from "node:test";
import { EngineError } from "../../src/base/errors.ts";
import type { DType } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";

const engine = await openEngine({ threads: 1 });
const inTidy = (title: string, f: () => void): void => void test(title, () => engine.tidy(() => f()));

inTidy("each kind of data has its dtype, and comes back as it went in", () => {
  assert.equal(engine.tensor([1.5], [1]).dtype, "float32");
  assert.deepEqual([...engine.toFloat32(engine.tensor(Float32Array.of(1.5, -0), [2]))], [1.5, -0]);
  assert.deepEqual([...engine.toInt32(engine.tensor(Int32Array.of(-7), [1, 1]))], [-7]);
  const long = engine.tensor(BigInt64Array.of(-9n, 3n), [2]);
  assert.deepEqual([long.dtype, ...engine.toInt32(long)], ["int64", -9, 3]);
  const flags = engine.tensor(Uint8Array.of(0, 1, 2), [3]);
  assert.deepEqual([flags.dtype, ...engine.toInt32(flags)], ["bool", 0, 1, 1]);
});

inTidy("number[] goes exactly into every dtype", () => {
  for (const dtype of ["float32", "bfloat16", "int64", "int32", "bool"] satisfies DType[]) {
    const t = engine.tensor([0, 1], [2, 1], dtype);
    assert.deepEqual([t.dtype, t.shape, [...engine.toFloat32(t)]], [dtype, [2, 1], [0, 1]]);
  }
  assert.equal(engine.item(engine.tensor([2 ** 53 - 1], [1], "int64")), 2 ** 53 - 1);
});

inTidy("bfloat16 keeps eight bits of the fraction", () => {
  // 1 + 2^-8 lies between the neighbours 1 and 1 + 2^-7 and goes to the even one.
  assert.equal(engine.item(engine.tensor([1 + 2 ** -8], [], "bfloat16")), 1);
  assert.equal(engine.item(engine.tensor([1 + 3 * 2 ** -8], [], "bfloat16")), 1 + 2 ** -6);
});

inTidy("empty and scalar tensors work", () => {
  assert.deepEqual([...engine.toFloat32(engine.tensor([], [0, 3]))], []);
  assert.deepEqual(engine.cat([engine.tensor([], [0, 3]), engine.full([1, 3], 2)], 0).shape, [1, 3]);
  const scalar = engine.tensor([4], []);
  assert.deepEqual([scalar.shape, engine.item(scalar)], [[], 4]);
});

inTidy("full, zerosLike and arange give what they say", () => {
  assert.deepEqual([...engine.toFloat32(engine.full([2], 0.5))], [0.5, 0.5]);
  assert.equal(engine.full([1], 1, "bool").dtype, "bool");
  const zeros = engine.zerosLike(engine.full([2, 2], 3, "bfloat16"));
  assert.deepEqual([zeros.dtype, zeros.shape, [...engine.toFloat32(zeros)]], ["bfloat16", [2, 2], [0, 0, 0, 0]]);
  const range = engine.arange(2, 5);
  assert.deepEqual([range.dtype, ...engine.toInt32(range)], ["int64", 2, 3, 4]);
  assert.deepEqual(engine.arange(2, 2).shape, [0]);
});

inTidy("reading a transposed view gives row-major values", () => {
  const x = engine.transpose(engine.tensor([1, 2, 3, 4, 5, 6], [2, 3]), 0, 1);
  assert.deepEqual([...engine.toFloat32(x)], [1, 4, 2, 5, 3, 6]);
});

inTidy("assign casts, and writes through views", () => {
  const target = engine.full([2, 2], 0);
  engine.assign(engine.narrow(target, 0, 1, 1), engine.tensor([7, 8], [1, 2], "int64"));
  assert.deepEqual([...engine.toFloat32(target)], [0, 0, 7, 8]);
});

inTidy("numbers beside integers and minus zero keep their meaning", () => {
  assert.deepEqual([...engine.toFloat32(engine.add(engine.tensor([1], [1], "int64"), 0.5))], [1.5]);
  assert.equal(Object.is(engine.item(engine.mul(engine.full([1], 3), -0)), -0), true);
  assert.equal(engine.item(engine.mul(engine.full([1], 1), 1e300)), Number.POSITIVE_INFINITY);
  assert.equal(engine.item(engine.minimum(engine.full([1], 1), Number.NEGATIVE_INFINITY)), Number.NEGATIVE_INFINITY);
});

inTidy("what does not fit is refused", () => {
  const attempts: [RegExp, () => unknown][] = [
    [/tensor: the shape \[2\] must hold the 3 values/, () => engine.tensor([1, 2, 3], [2])],
    [/the shape \[-1\]/, () => engine.tensor([1], [-1])],
    [/the shape \[0.5, 2\]/, () => engine.tensor([1], [0.5, 2])],
    [/value 1 must be an integer, got 1.5/, () => engine.tensor([1, 1.5], [2], "int64")],
    [/value 0 must be a number, got x/, () => engine.tensor(["x" as never], [1])],
    [/item: expected one element, got \[2\]/, () => engine.item(engine.full([2], 1))],
    [/toInt32: expected an integer or bool tensor, got float32/, () => engine.toInt32(engine.full([1], 1))],
    [/the value 4294967296 does not fit 32 bits/, () => engine.toInt32(engine.tensor([2 ** 32], [1], "int64"))],
    [/assign: the shapes differ, got \[2\] and \[1\]/, () => engine.assign(engine.full([2], 1), engine.full([1], 1))],
  ];
  for (const [message, attempt] of attempts)
    assert.throws(attempt, (e: Error) => e instanceof EngineError && message.test(e.message), String(message));
});
