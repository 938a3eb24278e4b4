import assert from "node:assert/strict";
import { test } from "node:test";
import { JsonFields } from "../../src/model/jsonFields.ts";
import { inverseFrequencies, parseRope, ropeTables } from "../../src/model/rope.ts";

const fields = (raw: Record<string, unknown>): JsonFields => new JsonFields("config.json", raw);

test("frequencies fall from 1 by equal ratios", () => {
  const f = inverseFrequencies({ theta: 10000, scaling: { type: "default" } }, 8);
  [1, 0.1, 0.01, 0.001].forEach((expected, i) => {
    assert.ok(Math.abs(f[i] / expected - 1) < 1e-6);
  });
});

test("linear scaling divides every frequency by its factor", () => {
  const plain = inverseFrequencies({ theta: 500, scaling: { type: "default" } }, 16);
  const scaled = inverseFrequencies({ theta: 500, scaling: { type: "linear", factor: 4 } }, 16);
  scaled.forEach((value, i) => {
    assert.equal(value, Math.fround(plain[i] / 4));
  });
});

test("llama3 scaling keeps short wavelengths, divides long ones, and is continuous at both bounds", () => {
  const scaling = {
    type: "llama3",
    factor: 8,
    lowFreqFactor: 1,
    highFreqFactor: 4,
    originalMaxPositions: 8192,
  } as const;
  const at = (wavelength: number): number => {
    // theta such that the second of two frequencies has the wanted wavelength
    const theta = (wavelength / (2 * Math.PI)) ** 2;
    return inverseFrequencies({ theta, scaling }, 4)[1] * wavelength;
  };
  const turn = 2 * Math.PI;
  assert.ok(Math.abs(at(2000) / turn - 1) < 1e-5);
  assert.ok(Math.abs(at(9000) / (turn / 8) - 1) < 1e-5);
  assert.ok(Math.abs(at(2048.5) / turn - 1) < 1e-3);
  assert.ok(Math.abs(at(8191.5) / (turn / 8) - 1) < 1e-3);
  assert.ok(at(4000) < turn && at(4000) > turn / 8);
});

test("both spellings of a config give the same settings", () => {
  const scaling = { factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 64 };
  const old = fields({ rope_theta: 5e5, rope_scaling: { rope_type: "llama3", ...scaling } });
  const fresh = fields({ rope_parameters: { rope_type: "llama3", rope_theta: 5e5, ...scaling } });
  assert.deepEqual(parseRope(old), parseRope(fresh));
  assert.equal(parseRope(fields({ rope_scaling: { type: "linear", factor: 2 } })).scaling.type, "linear");
  assert.deepEqual(parseRope(fields({})), { theta: 10000, scaling: { type: "default" } });
});

test("an unknown scaling is refused, with those that are known", () => {
  const yarn = fields({ rope_parameters: { rope_type: "yarn", factor: 2 } });
  assert.throws(() => parseRope(yarn), /rope type `yarn` is not supported\. Supported are default, linear, llama3\./);
});

test("tables hold cosine and sine of position times frequency", () => {
  const { cos, sin } = ropeTables(Float32Array.of(1, 0.5), 3);
  assert.ok(Math.abs(cos[2 * 2] - Math.cos(2)) < 1e-6);
  assert.ok(Math.abs(sin[2 * 2 + 1] - Math.sin(1)) < 1e-6);
  assert.deepEqual([cos[0], sin[0]], [1, 0]);
});
