// Solutions to the exercises of 07-decoders.ipynb. Each asserts what it claims, so the tests notice when it stops being so.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Embedder, openEngine, Random, trainBpe } from "sulam";

// 1. A layer: four square matrices of attention, three of the feed-forward part, two norms. Then the table, and the last norm.
const [hidden, inner, vocabulary] = [4096, 11008, 32000];
const layer = 4 * hidden * hidden + 3 * hidden * inner + 2 * hidden;
const firstTwo = vocabulary * hidden + 2 * layer + hidden;
const outputTable = vocabulary * hidden;
console.log(
  `1. ${(firstTwo / 1e6).toFixed(1)} million; with a second table for the output, ${((firstTwo + outputTable) / 1e6).toFixed(1)}`,
);
assert.equal(firstTwo, 535_842_816);
assert.equal(firstTwo + outputTable, 666_914_816);
// The "600M" lies between: 536 million, and a dense layer of 4,096 x 1,536 at the end, make 542.
assert.equal(Math.round((firstTwo + hidden * 1536) / 1e6), 542);

const engine = await openEngine();
const tokenizer = trainBpe(["Banjir di Kuala Jering. Banjir di Kuala Lumpur."], { vocabSize: 320 });
const sizes = { hidden_size: 128, intermediate_size: 256, num_hidden_layers: 4, num_attention_heads: 4 };
const made = (keys: number, range = 0.02): Embedder =>
  Embedder.create({
    engine,
    tokenizer,
    config: { model_type: "mistral", ...sizes, num_key_value_heads: keys, initializer_range: range },
    random: new Random(0),
    maxLength: 96,
  });

// 2. Only tokens at or after the change: the first token's state stays to the last bit, the last one's does not.
const folder = mkdtempSync(join(tmpdir(), "sulam-07-solutions-"));
await made(2, 0.1).save(folder);
const texts = ["Banjir di Kuala Jering", "Banjir di Kuala Lumpur"];
async function differs(options: { pooling: "cls" | "lasttoken"; causal?: boolean }): Promise<boolean> {
  const { data, d } = await (await Embedder.load(folder, options)).encode(texts);
  return Array.from({ length: d }, (_, i) => Math.abs(data[i] - data[d + i])).some((gap) => gap > 1e-4);
}
const seen = {
  first: await differs({ pooling: "cls" }),
  last: await differs({ pooling: "lasttoken" }),
  firstOfAll: await differs({ pooling: "cls", causal: false }),
};
rmSync(folder, { recursive: true });
console.log("2. does the vector change?", seen);
assert.deepEqual(seen, { first: false, last: true, firstOfAll: true });

// 3. Keys and values of 4 layers have 64 rows in place of 128: 65,536 parameters, a tenth or less of the whole.
const count = (model: Embedder): number =>
  [...model.params.values()].reduce((all, { shape }) => all + shape.reduce((product, size) => product * size, 1), 0);
const [shared, own] = [count(made(2)), count(made(4))];
console.log(`3. ${own - shared} of ${own} parameters`);
assert.equal(own - shared, 4 * 2 * 64 * 128);
