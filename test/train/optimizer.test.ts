import assert from "node:assert/strict";
import { test } from "node:test";
import { openEngine } from "../../src/engine/openEngine.ts";
import { Optimizer } from "../../src/train/optimizer.ts";

const engine = await openEngine({ threads: 1 });
const GRADS = [
  [0.5, -2],
  [1, 0.25],
];

/** Two steps of AdamW on one weight as Loshchilov & Hutter's algorithm 2 says, with lr 0.1. */
function byHand(start: number, grads: number[], decay: number): number {
  let [x, m, v] = [start, 0, 0];
  grads.forEach((g, i) => {
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const step = m / (1 - 0.9 ** (i + 1)) / (Math.sqrt(v / (1 - 0.999 ** (i + 1))) + 1e-8);
    x -= 0.1 * (step + decay * x);
  });
  return x;
}

/** A matrix and a bias of one value each, after two steps. */
function run(decayAll: boolean): number[] {
  const params = new Map([
    ["w", engine.tensor([3], [1, 1])],
    ["b", engine.tensor([3], [1])],
  ]);
  const optimizer = new Optimizer(engine, params, { weightDecay: 0.3, decayAll });
  for (const [w, b] of GRADS) optimizer.step([engine.tensor([w], [1, 1]), engine.tensor([b], [1])], 0.1);
  optimizer.free();
  return [...params.values()].map((p) => engine.item(p));
}

const close = (got: number[], want: number[]): void =>
  assert.ok(
    want.every((x, i) => Math.abs(got[i] - x) < 1e-5),
    `${got} is not ${want}`,
  );

const column = (i: number): number[] => GRADS.map((step) => step[i]);

test("two steps give the algorithm's weights; a bias does not decay", () => {
  close(run(false), [byHand(3, column(0), 0.3), byHand(3, column(1), 0)]);
});

test("with decayAll a bias decays too", () => {
  close(run(true), [byHand(3, column(0), 0.3), byHand(3, column(1), 0.3)]);
});

test("moments restored into a fresh optimizer continue bit for bit", () => {
  const weights = (split: boolean): number => {
    const params = new Map([["w", engine.tensor([3], [1, 1])]]);
    let optimizer = new Optimizer(engine, params, { weightDecay: 0.3, decayAll: false });
    for (let i = 0; i < 6; i++) {
      if (split && i === 3) {
        const old = optimizer;
        optimizer = new Optimizer(engine, params, { weightDecay: 0.3, decayAll: false });
        optimizer.restore(old.tensors(), 3);
      }
      optimizer.step([engine.tensor([Math.sin(i)], [1, 1])], 0.1);
    }
    return engine.item(params.get("w")!);
  };
  assert.equal(weights(true), weights(false));
});
