import assert from "node:assert/strict";
import { test } from "node:test";
import { EngineError } from "../../src/base/errors.ts";
import { Random } from "../../src/base/random.ts";
import type { Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";

const engine = await openEngine({ threads: 1 });

function refuses(attempt: () => unknown, ...parts: RegExp[]): void {
  const fits = (e: Error) => e instanceof EngineError && parts.every((part) => part.test(e.message));
  engine.tidy(() => assert.throws(attempt, fits, parts.join(" ")));
}

test("bad shapes: the operation, the shapes, and what to do", () => {
  const [a, b] = [engine.full([2, 3], 1), engine.full([4, 5], 1)];
  refuses(() => engine.matmul(a, b), /^matmul: /, /float32 \[2, 3\], float32 \[4, 5\]/, /Give the tensors shapes/);
  refuses(() => engine.add(a, b), /^add: /, /\[2, 3\], float32 \[4, 5\]/, /shapes/);
  refuses(() => engine.linear(a, b), /^linear: /);
  refuses(() => engine.reshape(a, [4]), /^reshape: /, /\[2, 3\]/);
  refuses(() => engine.cat([a, b], 0), /^cat: /, /\[2, 3\], float32 \[4, 5\]/);
  refuses(() => engine.attention(a, b, b), /^attention: /);
  refuses(() => engine.layerNorm(a, engine.full([2], 1), undefined, 1e-5), /^layerNorm: /);
  refuses(() => engine.rmsNorm(a, engine.full([2], 1), 1e-5), /^rmsNorm: /);
  refuses(() => engine.softmax(a, 7), /^softmax: /, /Use dimensions and ids/);
  refuses(() => engine.narrow(a, 1, 2, 9), /^narrow: /);
  engine.free(a, b);
});

test("bad dtypes: use cast", () => {
  const [x, ids] = [engine.full([2, 3], 1), engine.arange(0, 3)];
  refuses(() => engine.embedding(x, x), /^embedding: /, /Use `cast`/);
  refuses(() => engine.mean(ids), /^mean: /, /int64 \[3\]/, /Use `cast`/);
  refuses(() => engine.matmul(x, ids), /^matmul: /, /Use `cast`/);
  refuses(() => engine.where(x, x, x), /^where: /, /Use `cast`/);
  refuses(() => engine.cast(x, "complex" as never), /^cast: /);
  engine.free(x, ids);
});

test("ids out of range are refused, not read", () => {
  const weight = engine.full([5, 2], 1);
  refuses(() => engine.embedding(weight, engine.tensor([5], [1], "int64")), /^embedding: /, /Use dimensions and ids/);
  refuses(() => engine.embedding(weight, engine.tensor([-1], [1], "int64")), /^embedding: /);
  refuses(() => engine.indexSelect(weight, 0, engine.tensor([9], [1], "int64")), /^indexSelect: /);
  refuses(() => engine.gather(weight, 1, engine.tensor([9], [1, 1], "int64")), /^gather: /);
  refuses(() => engine.indexAdd(weight, 0, engine.tensor([9], [1], "int64"), engine.full([1, 2], 1)), /^indexAdd: /);
  refuses(() => engine.crossEntropy(weight, engine.tensor([0, 1, 2, 0, 0], [5], "int64")), /^crossEntropy: /);
  engine.free(weight);
});

test("more memory than there is: an error, and the next operation works", () => {
  for (const shape of [[1e15], [2 ** 40, 2 ** 40], [2 ** 31, 2 ** 31, 2 ** 31]])
    refuses(() => engine.full(shape, 1), /^full: /);
  refuses(() => engine.full([1e15], 1), /Use smaller batches or shapes/);
  const wide = engine.expand(engine.full([1, 1], 1), [1e7, 1e8]);
  refuses(() => engine.add(wide, 1), /^add: /, /Use smaller batches or shapes/);
  assert.equal(engine.item(engine.full([1], 3)), 3);
});

test("what is no tensor is refused by every operation", () => {
  const x = engine.full([2], 1);
  for (const odd of [undefined, null, "x", {}, [], 3, { id: 0, shape: [2], dtype: "float32" }, Symbol("s")]) {
    const t = odd as unknown as Tensor;
    refuses(() => engine.exp(t), /^exp: /, /expected a tensor/);
    if (odd !== 3) refuses(() => engine.add(x, t), /^add: /, /expected a tensor/, /float32 \[2\]/);
    refuses(() => engine.matmul(x, t), /^matmul: /, /expected a tensor/);
    refuses(() => engine.cat([x, t], 0), /^cat: /);
    refuses(() => engine.cat(t as never, 0), /^cat: expected an a|^cat: .*non-empty/);
    refuses(() => engine.attention(x, t, x), /^attention: expected a tensor/);
    refuses(() => engine.layerNorm(t, x, x, 1e-5), /^layerNorm: expected a tensor/);
    refuses(() => engine.rmsNorm(t, x, 1e-5), /^rmsNorm: expected a tensor/);
    refuses(() => engine.assign(x, t), /^assign: expected a tensor/);
    for (const read of ["item", "toFloat32", "toInt32"] as const)
      refuses(() => engine[read](t), new RegExp(`^${read}: expected a tensor`));
    refuses(() => engine.keep(t), /^keep: expected a tensor/);
    refuses(() => engine.free(t), /^free: expected a tensor/);
  }
  refuses(() => engine.add("x" as never, 1), /^add: expected a tensor/);
  engine.free(x);
});

test("numbers that are no sizes are refused", () => {
  const x = engine.full([4], 1);
  for (const odd of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, -5]) {
    refuses(() => engine.full([odd], 1), /^full: /);
    refuses(() => engine.narrow(x, 0, 0, odd), /^narrow: /);
    refuses(() => engine.sum(x, odd === -5 ? -5 : odd), /^sum: /);
    refuses(() => engine.topK(x, odd), /^topK: /);
  }
  engine.free(x);
});

test("two thousand random calls give a tensor or an EngineError, nothing else", () => {
  const random = new Random(20);
  const methods = engine as unknown as Record<string, (...args: unknown[]) => unknown>;
  // Not `free`, which would take the pool away, nor those that take functions.
  const skip = /^(constructor|tidy|free|memory|keep|valueAndGrad|autocast|binary|sensitive|withCausal|own|read)$/;
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(engine)).filter((name) => !skip.test(name));
  const before = engine.memory().tensors;
  engine.tidy(() => {
    const pool = makePool();
    const state = { params: [pool[1]], grads: [pool[2]], m: [pool[3]], v: [pool[4]] };
    const odd = [undefined, null, 0, 1, -1, 2, 1e9, 0.5, Number.NaN, "x", true, [], [2], [3, 2], [-1], pool, state, {}];
    const pick = (): unknown => (random.uniform() < 0.6 ? pool[random.int(pool.length)] : odd[random.int(odd.length)]);
    for (let i = 0; i < 2000; i++) {
      const name = names[random.int(names.length)];
      const args = Array.from({ length: 1 + random.int(4) }, pick);
      engine.tidy(() => callOnly(name, () => methods[name].apply(engine, args)));
    }
  });
  assert.equal(engine.memory().tensors, before);
});

function makePool(): Tensor[] {
  const shapes = [[], [0], [3], [2, 3], [3, 2], [1, 2, 3, 2], [2, 4, 3, 2], [5, 0, 2]];
  const dtypes = ["float32", "bfloat16", "int64", "int32", "bool"] as const;
  return shapes.flatMap((shape) => dtypes.map((dtype) => engine.full(shape, 1, dtype)));
}

/** A TypeError of JavaScript itself, e.g. for a shape that is no array, will do as well. */
function callOnly(name: string, f: () => unknown): void {
  try {
    f();
  } catch (error) {
    const fine = error instanceof EngineError || error instanceof TypeError || error instanceof RangeError;
    assert.ok(fine, `${name} threw ${error}`);
  }
}
