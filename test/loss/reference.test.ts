import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { infoNce } from "../../src/loss/infoNce.ts";
import { pairContrastive } from "../../src/loss/pairContrastive.ts";
import { triplet } from "../../src/loss/triplet.ts";

/** One case of fixtures/loss/losses.json, written by make_losses.py with sentence-transformers 6.2 in float64. */
interface Case {
  loss: "infoNce" | "pairContrastive" | "triplet";
  options: {
    temperature?: number;
    margin?: number;
    positives?: number[][];
    /** [query, passage] pairs */
    ignore?: [number, number][];
    bothDirections?: boolean;
    labels?: number[];
    distance?: "euclidean" | "cosine";
  };
  value: number;
  inputs: Record<string, { shape: [number, number]; data: number[] }>;
  grads: Record<string, number[]>;
}

const cases = JSON.parse(readFileSync(new URL("../fixtures/loss/losses.json", import.meta.url), "utf8")) as Case[];
const engine = await openEngine({ threads: 1 });

function lossOfCase({ loss, options }: Case, x: Tensor[]): Tensor {
  if (loss === "pairContrastive") return pairContrastive(engine, x[0], x[1], options.labels ?? [], options);
  if (loss === "triplet") return triplet(engine, x[0], x[1], x[2], options);
  const { ignore, ...rest } = options;
  const columns = x[1].shape[0];
  const marks = new Uint8Array(x[0].shape[0] * columns);
  for (const [query, passage] of ignore ?? []) marks[query * columns + passage] = 1;
  return infoNce(engine, x[0], x[1], { ...rest, ignore: ignore ? marks : undefined });
}

for (const [number, one] of cases.entries()) {
  test(`case ${number}: ${one.loss} ${JSON.stringify(one.options)} has the reference's value and gradients`, () =>
    engine.tidy(() => {
      const x = Object.values(one.inputs).map(({ data, shape }) => engine.tensor(data, shape));
      const { value, grads } = engine.valueAndGrad(() => lossOfCase(one, x), x);
      assert.ok(
        Math.abs(engine.item(value) - one.value) < 2e-6 * Math.max(1, one.value),
        `value ${engine.item(value)}`,
      );
      for (const [k, expected] of Object.values(one.grads).entries()) {
        const got = engine.toFloat32(grads[k]);
        const largest = Math.max(...expected.map(Math.abs));
        const worst = Math.max(...expected.map((g, i) => Math.abs(g - got[i])));
        assert.equal(got.length, expected.length);
        assert.ok(worst < 5e-6 * Math.max(1, largest), `gradient ${k} is off by ${worst}`);
      }
    }));
}
