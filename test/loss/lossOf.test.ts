import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { infoNce } from "../../src/loss/infoNce.ts";
import { type BatchLayout, type LossConfig, lossOf } from "../../src/loss/lossOf.ts";

const engine = await openEngine({ threads: 1 });
const matrix = (x: number[]): Tensor => engine.tensor(x, [x.length / 2, 2]);
const layout: BatchLayout = { positives: [[0], [1]], negatives: [[2], [2, 0]] };
const queries = [1, 0, 0, 1];
const passages = [3, 4, 0, 5, 4, 3];

const value = (config: LossConfig): number =>
  engine.tidy(() => engine.item(lossOf(config).compute(engine, matrix(queries), matrix(passages), layout)));

const close = (got: number, want: number): void => assert.ok(Math.abs(got - want) < 1e-6, `${got} is not ${want}`);

test("an unknown loss or option is an error that lists the known ones", () => {
  assert.throws(
    () => lossOf({ name: "tripelt" } as unknown as LossConfig),
    /unknown loss `tripelt`\. Known losses: infoNce, pairContrastive, triplet\./,
  );
  assert.throws(
    () => lossOf({ name: "triplet", temperature: 1 } as LossConfig),
    /unknown option `temperature`\. Known options: margin, distance\./,
  );
});

test("what is not stated has the paper's value", () => {
  assert.deepEqual(lossOf({ name: "infoNce" }).config, { name: "infoNce", temperature: 0.02, bothDirections: false });
  assert.deepEqual(lossOf({ name: "pairContrastive", margin: undefined }).config.name, "pairContrastive");
  assert.equal((lossOf({ name: "pairContrastive" }).config as { margin: number }).margin, 0.5);
  assert.deepEqual(lossOf({ name: "triplet" }).config, { name: "triplet", margin: 1, distance: "euclidean" });
});

test("pairContrastive takes a layout's positives and negatives as pairs, worked out by hand", () => {
  // cosines: (q0, p0) .6 and (q1, p1) 1 belong together; (q0, p2) .8, (q1, p2) .6 and (q1, p0) .8 do not
  const terms = [0.4 ** 2, 0, 0.8 ** 2, 0.6 ** 2, 0.8 ** 2];
  close(value({ name: "pairContrastive", margin: 1 }), terms.reduce((a, b) => a + b) / 2 / 5);
});

test("triplet takes each positive with each negative of its query, worked out by hand", () => {
  // (q0: p0, p2), (q1: p1, p2), (q1: p1, p0) with d = 1 - cosine
  const terms = [0.4 - 0.2 + 1, 0 - 0.4 + 1, 0 - 0.2 + 1];
  close(value({ name: "triplet", distance: "cosine" }), terms.reduce((a, b) => a + b) / 3);
});

test("infoNce gets the layout's positives and ignored passages", () => {
  const ignore = Uint8Array.of(0, 1, 0, 0, 0, 0);
  const q = matrix(queries);
  const p = matrix(passages);
  const config: LossConfig = { name: "infoNce", temperature: 1 };
  const through = lossOf(config).compute(engine, q, p, { ...layout, ignore });
  const direct = infoNce(engine, q, p, { temperature: 1, positives: [[0], [1]], ignore });
  assert.equal(engine.item(through), engine.item(direct));
  assert.notEqual(engine.item(through), value(config));
});
