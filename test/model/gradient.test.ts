import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { createBackbone, parseBackboneConfig } from "../../src/model/backboneConfig.ts";
import { packBatch } from "../../src/model/batch.ts";
import { applyHead, type HeadStep } from "../../src/model/head.ts";
import { initialize } from "../../src/model/initialize.ts";
import { JsonFields } from "../../src/model/jsonFields.ts";
import { pool } from "../../src/model/pooling.ts";

const engine = await openEngine({ threads: 1 });
const SMALL = { vocab_size: 12, hidden_size: 8, intermediate_size: 10, num_hidden_layers: 2, num_attention_heads: 2 };
const CONFIGS: Record<string, Record<string, unknown>> = {
  "llama with biases and grouped queries": {
    ...SMALL,
    model_type: "llama",
    num_key_value_heads: 1,
    attention_bias: true,
    mlp_bias: true,
  },
  "mistral with a window": { ...SMALL, model_type: "mistral", num_key_value_heads: 2, sliding_window: 2 },
  bert: { ...SMALL, model_type: "bert", max_position_embeddings: 8 },
};
const TEXTS = [[1, 2, 3, 4], [5], [6, 7, 8, 9], [2, 11, 10]];
const HEAD: HeadStep[] = [
  { type: "dense", name: "2_Dense", inFeatures: 8, outFeatures: 4, bias: false, activation: "tanh" },
  { type: "normalize" },
];

for (const [name, raw] of Object.entries(CONFIGS)) {
  test(`the gradient of ${name} equals finite differences along random directions`, () => {
    const random = new Random(7);
    const config = parseBackboneConfig(new JsonFields("config", raw));
    const params = initialize(engine, config, { random, scheme: "unit" });
    params.set("2_Dense.linear.weight", engine.keep(engine.full([4, 8], 0)));
    const noise = (shape: readonly number[], scale: number): Tensor =>
      engine.tensor(
        Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => scale * random.normal()),
        shape,
      );
    // Zero output projections would hide everything before them.
    for (const tensor of params.values()) {
      engine.tidy(() => engine.assign(tensor, engine.add(tensor, noise(tensor.shape, 0.3))));
    }
    const backbone = createBackbone(engine, config, params);
    const weights = engine.keep(noise([4, 4], 1));
    const loss = (): Tensor => {
      const batch = packBatch(engine, TEXTS);
      const vectors = applyHead(engine, pool(engine, backbone.forward(batch), batch, "mean"), HEAD, params);
      return engine.sum(engine.mul(vectors, weights));
    };
    engine.tidy(() => {
      const tensors = [...params.values()];
      const { grads } = engine.valueAndGrad(loss, tensors);
      tensors.forEach((tensor, i) => {
        const direction = noise(tensor.shape, 1);
        const slope = engine.item(engine.sum(engine.mul(grads[i], direction)));
        const at = (step: number): number =>
          engine.tidy(() => {
            const before = engine.add(tensor, 0);
            engine.assign(tensor, engine.add(tensor, engine.mul(direction, step)));
            const value = engine.item(loss());
            engine.assign(tensor, before);
            return value;
          });
        const central = (h: number): number => (at(h) - at(-h)) / (2 * h);
        // Richardson's extrapolation: the losses bend strongly, and float32 allows no smaller step.
        const measured = (4 * central(1e-3) - central(2e-3)) / 3;
        const label = `${[...params.keys()][i]}: ${slope} against ${measured}`;
        assert.ok(Math.abs(slope - measured) < 2e-3 + 0.02 * Math.abs(measured), label);
      });
    });
    engine.free(weights, ...params.values());
  });
}
