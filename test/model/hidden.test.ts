import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openEngine } from "../../src/engine/openEngine.ts";
import { readSafetensors } from "../../src/engine/safetensors.ts";
import { backboneShapes, createBackbone, parseBackboneConfig } from "../../src/model/backboneConfig.ts";
import { packBatch } from "../../src/model/batch.ts";
import { readCheckpoint } from "../../src/model/checkpoint.ts";
import { JsonFields } from "../../src/model/jsonFields.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/model");
const CASES = readdirSync(FIXTURES).filter((name) => /^(?:bert|llama|mistral)/.test(name));

test("there is a fixture for each kind of configuration", () => {
  assert.ok(CASES.length >= 14, `found ${CASES.join(", ")}`);
});

for (const name of CASES) {
  test(`hidden states of ${name} equal those of transformers`, async () => {
    const engine = await openEngine({ threads: 1 });
    const folder = join(FIXTURES, name);
    const texts: number[][] = JSON.parse(readFileSync(join(folder, "texts.json"), "utf8"));
    const config = parseBackboneConfig(JsonFields.read(join(folder, "config.json")));
    const params = readCheckpoint(engine, folder, backboneShapes(config));
    const { tensors } = readSafetensors(engine, join(folder, "hidden.safetensors"));
    const expected = engine.toFloat32(tensors.get("hidden")!);
    const backbone = createBackbone(engine, config, params);
    // All texts in one packed batch against each text alone in the reference.
    const batch = engine.tidy(() => {
      const packed = packBatch(engine, texts);
      return { ...packed, states: engine.toFloat32(backbone.forward(packed)) };
    });
    const starts = texts.map((_, i) => texts.slice(0, i).reduce((sum, text) => sum + text.length, 0));
    let worst = 0;
    batch.order.forEach((text, j) => {
      const width = config.hiddenSize;
      for (let at = 0; at < texts[text].length * width; at++) {
        const ours = batch.states[batch.offsets[j] * width + at];
        worst = Math.max(worst, Math.abs(ours - expected[starts[text] * width + at]));
      }
    });
    assert.ok(worst < 1e-5, `largest difference ${worst}`);
    engine.free(...params.values(), ...tensors.values());
  });
}
