import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { SetupError } from "../../src/base/errors.ts";
import { Random } from "../../src/base/random.ts";
import type { Vectors } from "../../src/base/vectors.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { readSafetensors } from "../../src/engine/safetensors.ts";
import { packBatch } from "../../src/model/batch.ts";
import { Embedder } from "../../src/model/embedder.ts";
import { loadTokenizer } from "../../src/tokenizer/loadTokenizer.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/model");
const TEXTS: string[] = JSON.parse(readFileSync(join(FIXTURES, "texts.json"), "utf8"));
const FOLDERS = ["st6-bert", "st5-mistral", "st5-cls"];
const engine = await openEngine({ threads: 1 });
const temporary = mkdtempSync(join(tmpdir(), "sulam-embedder-"));
after(() => rmSync(temporary, { recursive: true }));

function expected(file: string): Float32Array {
  const { tensors } = readSafetensors(engine, join(FIXTURES, file));
  const values = engine.toFloat32(tensors.get("vectors")!);
  engine.free(...tensors.values());
  return values;
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  return Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i])), 0);
}

/** Bit for bit; `deepEqual` would take minutes to describe a difference. */
function assertSame(a: Vectors, b: Vectors): void {
  assert.ok(a.d === b.d && difference(a.data, b.data) === 0, "the vectors differ");
}

test("texts are cut to the model's length, or to a shorter one, with their special tokens", async () => {
  const embedder = await Embedder.load(join(FIXTURES, "st6-bert"), { engine });
  const text = "satu dua tiga empat lima enam ".repeat(200);
  const [whole] = embedder.tokenize([text]);
  const [short] = embedder.tokenize([text], { maxLength: 7 });
  assert.equal(whole.length, embedder.maxLength);
  assert.deepEqual(short, [...whole.slice(0, 6), whole[whole.length - 1]]);
  assert.deepEqual(embedder.tokenize([text], { maxLength: 9999 }), [whole]);
  embedder.dispose();
});

async function encodeWith(name: string, texts = TEXTS): Promise<Vectors> {
  const embedder = await Embedder.load(name, { engine });
  const vectors = await embedder.encode(texts);
  embedder.dispose();
  return vectors;
}

for (const name of FOLDERS) {
  test(`vectors of ${name} equal those of sentence-transformers`, async () => {
    const { data } = await encodeWith(join(FIXTURES, name));
    assert.ok(difference(data, expected(`${name}/vectors.safetensors`)) < 1e-5);
  });

  test(`${name}, saved and loaded again, gives the same vectors bit for bit`, async () => {
    const first = await Embedder.load(join(FIXTURES, name), { engine });
    const target = join(temporary, name);
    await first.save(target);
    await first.save(target);
    const again = await encodeWith(target);
    assertSame(again, await first.encode(TEXTS));
    const strays = readdirSync(temporary).filter((file) => /\.(?:tmp|old)$/.test(file));
    assert.deepEqual(strays, []);
  });
}

test("vectors of all-MiniLM-L6-v2 equal those of sentence-transformers", async (t) => {
  const embedder = await Embedder.load("minilm", { engine }).catch((error: unknown) => {
    if (error instanceof SetupError) return undefined;
    throw error;
  });
  if (embedder === undefined) return t.skip("set-up has not fetched all-MiniLM-L6-v2");
  assert.equal(embedder.maxLength, 256);
  const { data, n, d } = await embedder.encode(TEXTS);
  assert.deepEqual([n, d], [TEXTS.length, 384]);
  assert.ok(difference(data, expected("minilm.safetensors")) < 1e-5);
  embedder.dispose();
});

test("neighbours never change a text's vector by more than 1e-6", async () => {
  const random = new Random(3);
  for (const name of FOLDERS) {
    const embedder = await Embedder.load(join(FIXTURES, name), { engine });
    const alone = new Map<string, Float32Array>();
    for (const text of TEXTS) alone.set(text, (await embedder.encode([text])).data);
    for (let round = 0; round < 20; round++) {
      const texts = random.sample(TEXTS, 1 + random.int(TEXTS.length));
      const ids = embedder.tokenize(texts);
      const rows = engine.tidy(() => engine.toFloat32(embedder.forward(packBatch(engine, ids))));
      const d = embedder.dimension;
      texts.forEach((text, i) => {
        const worst = difference(rows.subarray(i * d, (i + 1) * d), alone.get(text)!);
        assert.ok(worst <= 1e-6, `${name}, round ${round}: ${worst}`);
      });
    }
    embedder.dispose();
  }
});

test("encode keeps the input's order, encodes equal texts once, and does not depend on the token budget", async () => {
  const embedder = await Embedder.load(join(FIXTURES, "st6-bert"), { engine });
  const seen: number[] = [];
  const onProgress = (p: { done: number; total: number }): number => seen.push(p.done / p.total);
  const twice = await embedder.encode([...TEXTS, ...TEXTS], { tokenBudget: 40, onProgress });
  const once = await embedder.encode(TEXTS);
  const half = TEXTS.length * embedder.dimension;
  assert.equal(difference(twice.data.subarray(0, half), twice.data.subarray(half)), 0);
  assert.ok(difference(twice.data.subarray(0, half), once.data) < 1e-6);
  assert.equal(seen.at(-1), 1);
  assert.ok(seen.length > 5 && seen.every((share, i) => i === 0 || share > seen[i - 1]));
  embedder.dispose();
});

test("encoding frees what it makes", async () => {
  const embedder = await Embedder.load(join(FIXTURES, "st5-mistral"), { engine });
  await embedder.encode(TEXTS);
  const before = engine.memory();
  await embedder.encode(TEXTS);
  assert.deepEqual(engine.memory(), before);
  embedder.dispose();
});

test("bfloat16 autocast stays close to float32", async () => {
  const embedder = await Embedder.load(join(FIXTURES, "st6-bert"), { engine });
  const exact = await embedder.encode(TEXTS);
  const rough = await embedder.encode(TEXTS, { autocast: "bfloat16" });
  const worst = difference(exact.data, rough.data);
  assert.ok(worst > 0 && worst < 0.05, String(worst));
  embedder.dispose();
});

test("a clone is trained without touching its original", async () => {
  const original = await Embedder.load(join(FIXTURES, "st6-bert"), { engine });
  const before = await original.encode(TEXTS);
  const copy = original.clone();
  assertSame(await copy.encode(TEXTS), before);
  const name = "encoder.layer.0.output.dense.weight";
  engine.tidy(() => engine.assign(copy.params.get(name)!, engine.mul(copy.params.get(name)!, 2)));
  assert.ok(difference((await copy.encode(TEXTS)).data, before.data) > 1e-3);
  assertSame(await original.encode(TEXTS), before);
  copy.dispose();
  original.dispose();
});

test("the first layers of a checkpoint are those of the whole one, and are saved as a smaller model", async () => {
  const folder = join(FIXTURES, "st5-mistral");
  const whole = await Embedder.load(folder, { engine });
  const first = await Embedder.load(folder, { engine, layers: 1 });
  assert.ok(![...first.params.keys()].some((name) => name.startsWith("layers.1.")));
  // With its second block's outputs at zero the whole model is its first layer.
  for (const name of ["self_attn.o_proj", "mlp.down_proj"]) {
    const weight = whole.params.get(`layers.1.${name}.weight`)!;
    engine.tidy(() => engine.assign(weight, engine.zerosLike(weight)));
  }
  const expectedVectors = await whole.encode(TEXTS);
  assert.ok(difference((await first.encode(TEXTS)).data, expectedVectors.data) < 1e-6);
  await first.save(join(temporary, "first"));
  assert.ok(difference((await encodeWith(join(temporary, "first"))).data, expectedVectors.data) < 1e-6);
  await assert.rejects(Embedder.load(folder, { engine, layers: 3 }), /config\.json: layers must be 1 \.\. 2, got 3\./);
});

test("a plain Hugging Face folder gets mean pooling and unit norm, unless asked otherwise", async () => {
  const folder = join(temporary, "plain");
  cpSync(join(FIXTURES, "st5-cls"), folder, { recursive: true });
  for (const file of ["modules.json", "sentence_bert_config.json", "1_Pooling"])
    rmSync(join(folder, file), { recursive: true });
  const byDefault = await Embedder.load(folder, { engine });
  assert.equal(byDefault.maxLength, 24);
  const { data, d } = await byDefault.encode(["buku"]);
  assert.ok(Math.abs(data.reduce((sum, x) => sum + x * x, 0) - 1) < 1e-6);
  const asBefore = await Embedder.load(folder, { engine, pooling: "cls", normalize: false, maxLength: 5 });
  assert.deepEqual(asBefore.tokenize([TEXTS[3]])[0].length, 5);
  const first = await Embedder.load(join(FIXTURES, "st5-cls"), { engine, maxLength: 5 });
  assertSame(await asBefore.encode(TEXTS), await first.encode(TEXTS));
  assert.equal(d, 32);
});

test("a created model is the same for the same seed, starts as word vectors, and survives saving", async () => {
  const tokenizer = loadTokenizer(join(FIXTURES, "st5-mistral"));
  const config = {
    model_type: "mistral",
    hidden_size: 16,
    intermediate_size: 24,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    max_position_embeddings: 64,
  };
  const make = (seed: number): Embedder =>
    Embedder.create({
      engine,
      tokenizer,
      config,
      random: new Random(seed),
      scheme: "unit",
      dense: { outFeatures: 8, bias: true, activation: "identity" },
    });
  const model = make(1);
  const vectors = await model.encode(TEXTS);
  assertSame(await make(1).encode(TEXTS), vectors);
  assert.ok(difference((await make(2).encode(TEXTS)).data, vectors.data) > 0.01);
  // Its blocks start as the identity, so the order of the tokens does not matter yet.
  const row = (ids: number[]): number[] =>
    engine.tidy(() => [...engine.toFloat32(model.forward(packBatch(engine, [ids])))]);
  assert.ok(difference(row([300, 301, 302]), row([302, 300, 301])) < 1e-6);
  await model.save(join(temporary, "created"));
  assertSame(await encodeWith(join(temporary, "created")), vectors);
});

test("texts without tokens, and no texts, are refused by name", async () => {
  const folder = join(temporary, "bare");
  cpSync(join(FIXTURES, "st5-mistral"), folder, { recursive: true });
  const file = join(folder, "tokenizer.json");
  const tokenizer = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...tokenizer, post_processor: null }));
  const embedder = await Embedder.load(folder, { engine });
  await assert.rejects(embedder.encode(["satu", ""]), /tokenize: text 1 \(""\) has no tokens\./);
  await assert.rejects(embedder.encode([]), /encode: there is no text to encode\./);
});
