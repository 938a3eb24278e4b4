import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { cudaProblem } from "../../src/engine/cudaProblem.ts";
import type { Engine, Sight } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { packedAttention } from "../../src/model/attention.ts";
import { packBatch } from "../../src/model/batch.ts";
import { Embedder } from "../../src/model/embedder.ts";
import { loadTokenizer } from "../../src/tokenizer/loadTokenizer.ts";
import { train } from "../../src/train/train.ts";
import { weightsHash } from "../train/tinyModel.ts";

const LENGTHS = [5, 1, 33, 70, 5, 12];
const TOKENS = LENGTHS.reduce((a, b) => a + b);
const TEXTS = LENGTHS.map((length) => Array.from({ length }, (_, i) => i));

interface Form {
  queryHeads: number;
  keyHeads: number;
  width: number;
  sight: Sight;
}

/** Attention and the gradients of a random weighting of it, all flat, from the same random numbers on either device. */
function attend(engine: Engine, { queryHeads, keyHeads, width, sight }: Form, bf16: boolean): Float32Array[] {
  const random = new Random(5);
  const normal = (...shape: number[]): Float32Array =>
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal());
  return engine.tidy(() => {
    const [q, k, v] = [queryHeads, keyHeads, keyHeads].map((heads) =>
      engine.tensor(normal(TOKENS, heads, width), [TOKENS, heads, width]),
    );
    const weights = engine.tensor(normal(TOKENS, queryHeads * width), [TOKENS, queryHeads * width]);
    const batch = packBatch(engine, TEXTS);
    const cast = (x: typeof q): typeof q => (bf16 ? engine.cast(x, "bfloat16") : x);
    const run = (): typeof q =>
      engine.cast(packedAttention(engine, batch, { q: cast(q), k: cast(k), v: cast(v) }, sight, new Map()), "float32");
    const { grads } = engine.valueAndGrad(() => engine.sum(engine.mul(run(), weights)), [q, k, v]);
    return [run(), ...grads].map((x) => engine.toFloat32(x));
  });
}

/** |a - b| / |b|, Euclidean. */
function distance(a: Float32Array, b: Float32Array): number {
  assert.equal(a.length, b.length);
  const square = (x: Float32Array): number => x.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(square(a.map((value, i) => value - b[i])) / square(b));
}

describe("CUDA", { skip: cudaProblem() }, () => {
  const forms: [name: string, form: Form][] = [
    ["both ways", { queryHeads: 4, keyHeads: 4, width: 32, sight: { causal: false } }],
    ["causal, two queries a key", { queryHeads: 4, keyHeads: 2, width: 64, sight: { causal: true } }],
    ["causal in a window", { queryHeads: 4, keyHeads: 2, width: 64, sight: { causal: true, window: 7 } }],
    ["both ways in a window", { queryHeads: 2, keyHeads: 2, width: 32, sight: { causal: false, window: 3 } }],
    ["heads of an odd size", { queryHeads: 3, keyHeads: 3, width: 20, sight: { causal: true } }],
    ["heads that no kernel takes", { queryHeads: 2, keyHeads: 2, width: 10, sight: { causal: false } }],
  ];
  for (const [name, form] of forms)
    test(`CUDA: packed attention and its gradients equal the CPU's, text by text: ${name}`, async () => {
      const cuda = await openEngine({ device: "cuda" });
      const expected = attend(await openEngine({ device: "cpu" }), form, false);
      for (const [i, values] of attend(cuda, form, false).entries())
        assert.ok(distance(values, expected[i]) < 1e-4, `float32, ${i}: ${distance(values, expected[i])}`);
      for (const [i, values] of attend(cuda, form, true).entries())
        assert.ok(distance(values, expected[i]) < 1e-2, `bfloat16, ${i}: ${distance(values, expected[i])}`);
    });

  test("CUDA: a whole batch takes one kernel where there is one for it", async () => {
    const cuda = await openEngine({ device: "cuda" });
    cuda.tidy(() => {
      const texts = { bounds: cuda.tensor([0, 3, 8], [3], "int32"), longest: 5 };
      const x = cuda.full([8, 2, 32], 1);
      const half = cuda.cast(x, "bfloat16");
      assert.notEqual(cuda.attentionByText(x, x, x, texts, { causal: true }), undefined);
      assert.notEqual(cuda.attentionByText(half, half, half, texts, { causal: false, window: 2 }), undefined);
      assert.equal(cuda.attentionByText(x, x, x, texts, { causal: true, window: 2 }), undefined);
    });
  });

  for (const [type, more] of [
    ["mistral", { num_key_value_heads: 2, sliding_window: null }],
    ["bert", { type_vocab_size: 2 }],
  ] as const)
    for (const autocast of [false, true])
      test(`CUDA: the same seed trains ${type} to the same bits, ${autocast ? "autocast" : "float32"}`, async () => {
        const engine = await openEngine({ device: "cuda" });
        const tokenizer = await loadTokenizer(new URL("../fixtures/model/st5-mistral", import.meta.url).pathname);
        const sizes = { hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 4, intermediate_size: 128 };
        const config = { model_type: type, ...sizes, ...more, max_position_embeddings: 1024 };
        const options = { engine, tokenizer, config, scheme: "normal", pooling: "mean", maxLength: 1024 } as const;
        // Long ones: where several blocks of keys meet in one query, the order of their sums is up to the kernel.
        const examples = Array.from({ length: 32 }, (_, i) => {
          const words = `buku ${i} dibaca ${i * i} kali oleh ${i % 7} orang `.repeat(20 + i);
          return { query: words.slice(0, 120 + 9 * i), pos: [words], neg: [] };
        });
        const once = async (): Promise<string> => {
          const model = Embedder.create({ ...options, random: new Random(0) });
          const { embedder } = await train(model, examples, { loss: { name: "infoNce" }, batchSize: 8, autocast });
          return weightsHash(embedder);
        };
        assert.equal(await once(), await once());
      });
});
