import assert from "node:assert/strict";
import { test } from "node:test";
import { openEngine } from "../../src/engine/openEngine.ts";
import { packBatch } from "../../src/model/batch.ts";
import { applyHead, type HeadStep } from "../../src/model/head.ts";
import { type Pooling, pool } from "../../src/model/pooling.ts";

const engine = await openEngine({ threads: 1 });
const TEXTS = [[10, 20, 60], [3], [1, 2, 6], [5, 7]];

/** Pools states that equal the token ids, so that the expected values can be read off the texts. */
function pooled(how: Pooling): number[] {
  return engine.tidy(() => {
    const batch = packBatch(engine, TEXTS);
    const states = engine.reshape(engine.cast(batch.ids, "float32"), [-1, 1]);
    return [...engine.toFloat32(pool(engine, states, batch, how))];
  });
}

test("mean pooling averages the tokens of each text, in the order of the input", () => {
  assert.deepEqual(pooled("mean"), [30, 3, 3, 6]);
});

test("cls pooling takes the first token, lasttoken pooling the last", () => {
  assert.deepEqual(pooled("cls"), [10, 3, 1, 5]);
  assert.deepEqual(pooled("lasttoken"), [60, 3, 6, 7]);
});

test("the head applies its dense layer, then its activation, then the norm", () => {
  const steps: HeadStep[] = [
    { type: "dense", name: "2_Dense", inFeatures: 2, outFeatures: 2, bias: true, activation: "relu" },
    { type: "normalize" },
  ];
  const row = engine.tidy(() => {
    const params = new Map([
      ["2_Dense.linear.weight", engine.tensor([1, 1, 0, 2], [2, 2])],
      ["2_Dense.linear.bias", engine.tensor([-4, 0], [2])],
    ]);
    const x = engine.tensor([3, 4, 1, 1], [2, 2]);
    return [...engine.toFloat32(applyHead(engine, x, steps, params))];
  });
  // (3 + 4 - 4, 2 * 4) = (3, 8); (1 + 1 - 4, 2) = (-2, 2) -> relu (0, 2)
  const expected = [3 / Math.sqrt(73), 8 / Math.sqrt(73), 0, 1];
  row.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]) < 1e-6, `${row}`);
  });
});
