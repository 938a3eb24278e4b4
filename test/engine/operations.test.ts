import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { DType, Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";

interface FixtureTensor {
  values: number[];
  shape: number[];
  dtype: DType;
}

/** One line of operations.json; see make_operations.py beside it. */
interface Case {
  op: string;
  note: string;
  args: unknown[];
  expected: FixtureTensor;
  weights?: number[];
  grads?: number[][];
}

const path = new URL("../fixtures/engine/operations.json", import.meta.url);
const cases: Case[] = JSON.parse(readFileSync(path, "utf8"));
const engine = await openEngine({ threads: 1 });

for (const c of cases) {
  const title = `${c.op}${c.note ? ` (${c.note})` : ""}`;
  test(`${title} equals NumPy`, () => engine.tidy(() => checkValue(c)));
  if (c.grads) test(`${title} has the gradient of finite differences`, () => engine.tidy(() => checkGradient(c)));
}

test("every operation of the interface that computes has a case", () => {
  const others = ["tidy", "keep", "free", "memory", "tensor", "full", "zerosLike", "arange", "toFloat32", "toInt32"];
  const elsewhere = ["item", "assign", "stopGradient", "topK", "split", "valueAndGrad", "autocast", "adamW"];
  const notHere = new Set([
    ...others,
    ...elsewhere,
    "clipGradNorm",
    "swiglu",
    "rope",
    "attentionByText",
    "constructor",
  ]);
  const all = Object.getOwnPropertyNames(Object.getPrototypeOf(engine)).filter((name) => !notHere.has(name));
  const helpers = new Set(["knownRange", "binary", "sensitive", "withCausal", "own", "read"]);
  const covered = new Set(cases.map((c) => c.op));
  assert.deepEqual(
    all.filter((name) => !covered.has(name) && !helpers.has(name)),
    [],
  );
});

function checkValue({ op, args, expected }: Case): void {
  const result = run(op, args.map(build));
  assert.deepEqual(result.shape, expected.shape);
  assert.equal(result.dtype, expected.dtype);
  close(valuesOf(result), expected.values);
}

function checkGradient({ op, args, weights, grads, expected }: Case): void {
  const built = args.map(build);
  const wrt = built.flatMap((arg) => (Array.isArray(arg) ? arg : [arg])).filter(isFloat);
  const factors = engine.tensor(weights!, expected.shape);
  const found = engine.valueAndGrad(() => engine.sum(engine.mul(run(op, built), factors)), wrt).grads;
  assert.equal(found.length, grads!.length);
  for (const [i, grad] of found.entries()) {
    assert.deepEqual(grad.shape, wrt[i].shape);
    close(valuesOf(grad), grads![i]);
  }
}

function run(op: string, args: unknown[]): Tensor {
  const methods = engine as unknown as Record<string, (...args: unknown[]) => Tensor>;
  return methods[op](...args);
}

/** Fixture values as arguments: tensors wherever one is described, in lists and options too. */
function build(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(build);
  if (typeof value !== "object") return value;
  const { values, shape, dtype } = value as Partial<FixtureTensor>;
  if (values && shape) return engine.tensor(values, shape, dtype);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, build(entry)]));
}

function isFloat(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "dtype" in value && value.dtype === "float32";
}

function valuesOf(t: Tensor): number[] {
  return Array.from(isFloat(t) ? engine.toFloat32(t) : engine.toInt32(t));
}

function close(got: readonly number[], expected: readonly number[]): void {
  assert.equal(got.length, expected.length);
  for (const [i, value] of got.entries()) {
    const gap = Math.abs(value - expected[i]);
    assert.ok(gap <= 2e-5 * (1 + Math.abs(expected[i])), `value ${i}: ${value}, expected ${expected[i]}`);
  }
}
