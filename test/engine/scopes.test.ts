import assert from "node:assert/strict";
import { test } from "node:test";
import { EngineError } from "../../src/base/errors.ts";
import type { Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";

const engine = await openEngine({ threads: 1 });

/** How many handles `f` leaves behind. */
function left(f: () => void): number {
  const before = engine.memory().tensors;
  f();
  return engine.memory().tensors - before;
}

const freed = (t: Tensor): void =>
  assert.throws(() => t.shape, /shape: the tensor was freed\. Return it from its tidy scope/);

test("tidy frees what was made in it and hands out what it returns", () => {
  let inner: Tensor | undefined;
  let result: Tensor | undefined;
  assert.equal(
    left(() => {
      result = engine.tidy(() => {
        inner = engine.full([2], 1);
        return engine.add(inner, 1);
      });
    }),
    1,
  );
  freed(inner!);
  assert.deepEqual([...engine.toFloat32(result!)], [2, 2]);
  engine.free(result!);
});

test("tensors inside arrays, plain objects and Maps leave a scope", () => {
  let result: { a: Tensor[]; b: Map<string, { c: Tensor }>; n: number } | undefined;
  const make = () => ({ a: [engine.full([1], 1)], b: new Map([["x", { c: engine.full([1], 2) }]]), n: 3 });
  assert.equal(
    left(() => {
      result = engine.tidy(() => {
        engine.full([9], 0);
        return make();
      });
    }),
    2,
  );
  assert.equal(engine.item(result!.a[0]), 1);
  assert.equal(engine.item(result!.b.get("x")!.c), 2);
  engine.free(result!.a[0], result!.b.get("x")!.c);
});

test("a result that holds itself ends the scope too", () => {
  const loop: { self?: unknown; t?: Tensor } = {};
  loop.self = loop;
  assert.equal(
    left(() => {
      engine.tidy(() => {
        loop.t = engine.full([1], 7);
        return loop;
      });
    }),
    1,
  );
  assert.equal(engine.item(loop.t!), 7);
  engine.free(loop.t!);
});

test("what an inner scope returns belongs to the outer one", () => {
  let inner: Tensor | undefined;
  assert.equal(
    left(() =>
      engine.tidy(() => {
        inner = engine.tidy(() => engine.full([1], 1));
        engine.item(inner);
        return 0;
      }),
    ),
    0,
  );
  freed(inner!);
});

test("a kept tensor outlives every scope, until it is freed", () => {
  let kept: Tensor | undefined;
  assert.equal(
    left(() =>
      engine.tidy(() =>
        engine.tidy(() => {
          kept = engine.keep(engine.full([1], 5));
          return 0;
        }),
      ),
    ),
    1,
  );
  assert.equal(engine.item(kept!), 5);
  engine.free(kept!);
  freed(kept!);
});

test("an exception frees the scope's tensors, also those that an inner scope returned, and passes", () => {
  const failure = new Error("mine");
  const f = (): never => {
    engine.tidy(() => engine.full([3], 1));
    engine.full([3], 1);
    throw failure;
  };
  assert.equal(
    left(() => assert.throws(() => engine.tidy(f), failure)),
    0,
  );
});

test("an async function is refused and its tensors are freed", () => {
  const f = async () => engine.full([3], 1);
  assert.equal(
    left(() => assert.throws(() => engine.tidy(f), /tidy: the function is async.*Await outside of tidy/)),
    0,
  );
});

test("freeing twice is harmless; using a freed tensor names the operation", () => {
  const x = engine.full([2, 3], 1);
  const y = engine.full([3], 1);
  engine.free(x, x);
  engine.free(x);
  assert.throws(
    () => engine.add(y, x),
    (e: Error) => e instanceof EngineError && /^add: the tensor was freed/.test(e.message),
  );
  assert.throws(() => engine.toFloat32(x), /freed/);
  assert.throws(() => x.dtype, /dtype: the tensor was freed/);
  engine.free(y);
});

test("a view keeps the bytes of what it looks at, and they count once", () => {
  const before = engine.memory().bytes;
  const x = engine.full([1000], 1);
  const view = engine.narrow(x, 0, 10, 5);
  assert.equal(engine.memory().bytes - before, 4000);
  engine.free(x);
  assert.equal(engine.memory().bytes - before, 4000);
  assert.deepEqual([...engine.toFloat32(view)], [1, 1, 1, 1, 1]);
  engine.free(view);
  assert.equal(engine.memory().bytes - before, 0);
});

test("a number freed by one handle and taken by another does not revive the first", () => {
  const old = engine.full([1], 1);
  engine.free(old);
  const fresh = engine.full([1], 2);
  freed(old);
  engine.free(old);
  assert.equal(engine.item(fresh), 2);
  engine.free(fresh);
});
