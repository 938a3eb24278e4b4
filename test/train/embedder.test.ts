import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { Example } from "../../src/data/examplesFrom.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { Embedder } from "../../src/model/embedder.ts";
import { trainBpe } from "../../src/tokenizer/trainBpe.ts";
import { train } from "../../src/train/train.ts";
import type { StepReport } from "../../src/train/trainOptions.ts";
import { weightsHash } from "./tinyModel.ts";

const engine = await openEngine({ threads: 1 });
const PAIRS: [string, string][] = [
  ["Apa khabar hari ini?", "Saya sihat, terima kasih kerana bertanya."],
  ["Di mana pasar malam?", "Pasar malam dibuka di hadapan masjid setiap hari Khamis."],
  ["Bila hujan berhenti?", "Hujan dijangka reda selepas tengah hari esok."],
  ["Siapa guru baharu itu?", "Cikgu Salmah mula mengajar matematik pada bulan Mac."],
  ["Kenapa bas lewat?", "Jalan utama ditutup kerana kemalangan, jadi bas terpaksa melencong."],
  ["Berapa harga tiket?", "Tiket dewasa berharga lima belas ringgit."],
];
const examples: Example[] = PAIRS.map(([query, passage], i) => ({
  query,
  pos: [passage],
  neg: [PAIRS[(i + 1) % PAIRS.length][1]],
}));

/** A two-layer Mistral of 32 dimensions with a byte-fallback BPE of the texts above. */
const mistral = (): Embedder =>
  Embedder.create({
    engine,
    tokenizer: trainBpe(PAIRS.flat(), { vocabSize: 400 }),
    config: {
      model_type: "mistral",
      hidden_size: 32,
      intermediate_size: 64,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      num_key_value_heads: 2,
      max_position_embeddings: 128,
    },
    random: new Random(1),
    scheme: "unit",
  });

test("a Mistral learns six pairs by heart, and holds no more tensors at the end than after its second step", async () => {
  const losses: number[] = [];
  const held: number[] = [];
  const onStep = ({ loss }: StepReport): void => {
    losses.push(loss);
    held.push(engine.memory().tensors);
  };
  const options = { loss: { name: "infoNce", temperature: 0.1 }, epochs: 40, batchSize: 6, lr: 0.01, onStep } as const;
  const { embedder } = await train(mistral(), examples, options);
  assert.ok(losses[0] > 0.5 && losses[39] < 0.05, `from ${losses[0]} to ${losses[39]}`);
  assert.equal(new Set(held.slice(1)).size, 1, `${held}`);
  embedder.dispose();
});

test("every loss trains it the same way whole and split, and the split repeats bit for bit", async () => {
  for (const name of ["infoNce", "pairContrastive", "triplet"] as const) {
    const run = async (tokenBudget: number): Promise<{ loss: number; hash: string }> => {
      const options = { loss: { name }, epochs: 3, batchSize: 6, lr: 1e-3, tokenBudget } as const;
      const { embedder, loss } = await train(mistral(), examples, options);
      return { loss, hash: weightsHash(embedder) };
    };
    const [whole, split, again] = [await run(10_000), await run(50), await run(50)];
    assert.ok(Math.abs(whole.loss - split.loss) < 1e-3 * Math.max(1, whole.loss), `${whole.loss}, ${split.loss}`);
    assert.equal(split.hash, again.hash);
  }
});
