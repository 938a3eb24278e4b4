import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { backboneShapes, createBackbone, parseBackboneConfig } from "../../src/model/backboneConfig.ts";
import { packBatch } from "../../src/model/batch.ts";
import { readCheckpoint } from "../../src/model/checkpoint.ts";
import { Embedder } from "../../src/model/embedder.ts";
import { JsonFields } from "../../src/model/jsonFields.ts";
import { registeredFolder } from "../../src/model/registered.ts";
import { trainBpe } from "../../src/tokenizer/trainBpe.ts";
import { ask, malayMini, scratch, skip } from "./python.ts";

const rows = malayMini().slice(0, 40);
const texts = [...rows.flatMap(({ passage, query, thai }) => [passage, query, thai]), "x"];

/** Greatest difference of a component between our [N, D] and the reference's rows. */
function difference(ours: Float32Array, theirs: readonly (readonly number[])[]): number {
  const flat = theirs.flat();
  assert.equal(ours.length, flat.length);
  return flat.reduce((worst, value, i) => Math.max(worst, Math.abs(value - ours[i])), 0);
}

describe("vectors equal those of sentence-transformers", { skip }, () => {
  test("of all-MiniLM-L6-v2, as published and as saved here and there", async () => {
    const engine = await openEngine({ threads: 2 });
    const minilm = await registeredFolder("minilm");
    const [here, there] = [join(scratch(), "here"), join(scratch(), "there")];
    const embedder = await Embedder.load("minilm", { engine });
    const ours = await embedder.encode(texts);
    await embedder.save(here);
    const theirs = ask<number[][]>("encode_folder.py", { folder: minilm, texts, saveTo: there });
    assert.ok(difference(ours.data, theirs) < 1e-5);
    assert.ok(difference(ours.data, ask<number[][]>("encode_folder.py", { folder: here, texts })) < 1e-5);
    const back = await Embedder.load(there, { engine });
    assert.deepEqual((await back.encode(texts)).data, ours.data);
  });

  for (const pooling of ["mean", "lasttoken"] as const) {
    test(`of a Mistral made here, pooling ${pooling}, with a dense head`, async () => {
      const engine = await openEngine({ threads: 2 });
      const tokenizer = trainBpe(
        rows.map(({ passage }) => passage),
        { vocabSize: 1200 },
      );
      const config = {
        model_type: "mistral",
        hidden_size: 48,
        intermediate_size: 96,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        head_dim: 16,
        max_position_embeddings: 512,
        sliding_window: 20,
      };
      const dense = { outFeatures: 24, bias: true, activation: "tanh" } as const;
      const model = Embedder.create({ engine, tokenizer, config, random: new Random(3), pooling, dense });
      const folder = join(scratch(), "mistral");
      await model.save(folder);
      const ours = await model.encode(texts);
      assert.ok(difference(ours.data, ask<number[][]>("encode_folder.py", { folder, texts })) < 1e-5);
    });
  }
});

/** The backbone's last hidden states of all texts in one packed batch, in the order of the texts. */
async function hiddenStates(folder: string, ids: number[][]): Promise<Float32Array> {
  const engine = await openEngine({ threads: 2 });
  const config = parseBackboneConfig(JsonFields.read(join(folder, "config.json")));
  const params = readCheckpoint(engine, folder, backboneShapes(config));
  const backbone = createBackbone(engine, config, params);
  const { order, offsets, states } = engine.tidy(() => {
    const { order, offsets, ...rest } = packBatch(engine, ids);
    return { order, offsets, states: engine.toFloat32(backbone.forward({ order, offsets, ...rest })) };
  });
  engine.free(...params.values());
  const width = config.hiddenSize;
  const texts = ids.map((_, text) => {
    const place = order.indexOf(text);
    return [...states.subarray(offsets[place] * width, offsets[place + 1] * width)];
  });
  return Float32Array.from(texts.flat());
}

describe("hidden states equal those of transformers", { skip }, () => {
  const common = {
    vocab_size: 400,
    hidden_size: 32,
    intermediate_size: 80,
    num_hidden_layers: 3,
    num_attention_heads: 4,
  };
  const llama3 = {
    rope_type: "llama3",
    rope_theta: 10000,
    factor: 4,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 32,
  };
  const cases: [name: string, configClass: string, config: object][] = [
    [
      "a Llama with llama3 rope",
      "LlamaConfig",
      { num_key_value_heads: 1, max_position_embeddings: 128, rope_parameters: llama3 },
    ],
    ["a Mistral with a sliding window", "MistralConfig", { num_key_value_heads: 2, sliding_window: 8 }],
    ["a BERT", "BertConfig", { max_position_embeddings: 128 }],
  ];
  const random = new Random(9);
  const ids = [1, 7, 33, 70].map((length) => Array.from({ length }, () => random.int(400)));
  for (const [name, configClass, config] of cases) {
    test(name, async () => {
      const folder = scratch();
      const theirs = ask<number[][]>("hidden_states.py", {
        configClass,
        config: { ...common, ...config },
        ids,
        folder,
      });
      assert.ok(difference(await hiddenStates(folder, ids), theirs) < 1e-5);
    });
  }
});
