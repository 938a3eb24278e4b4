import assert from "node:assert/strict";
import { test } from "node:test";
import { type Decay, learningRate } from "../../src/train/learningRate.ts";

const rates = (decay: Decay, steps: number, warmupSteps: number): number[] =>
  Array.from({ length: steps }, (_, step) => learningRate(step, { lr: 1, steps, warmupSteps, decay }));

const close = (got: number[], want: number[]): void => {
  assert.equal(got.length, want.length);
  for (const [i, x] of want.entries()) assert.ok(Math.abs(got[i] - x) < 1e-12, `step ${i}: ${got[i]} is not ${x}`);
};

test("linear by hand: climbs 1/4 a step, then falls 1/4 a step and never reaches 0", () => {
  close(rates("linear", 8, 4), [0.25, 0.5, 0.75, 1, 1, 0.75, 0.5, 0.25]);
});

test("cosine by hand at its start, third and two thirds", () => {
  close(rates("cosine", 4, 1), [1, 1, 0.75, 0.25]);
});

test("constant stays, and without warm-up the first step has the full rate", () => {
  close(rates("constant", 3, 0), [1, 1, 1]);
  close(rates("linear", 2, 0), [1, 0.5]);
});

test("a run that is all warm-up ends at the full rate", () => {
  close(rates("linear", 2, 2), [0.5, 1]);
});
