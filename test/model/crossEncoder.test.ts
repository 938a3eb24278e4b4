import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { InputError } from "../../src/base/errors.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { readSafetensors, writeSafetensors } from "../../src/engine/safetensors.ts";
import { CrossEncoder, type TextPair } from "../../src/model/crossEncoder.ts";
import { isCrossEncoder } from "../../src/model/isCrossEncoder.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/model/cross-encoder");
const made: { pairs: [string, string][]; scores: Record<string, number[]> } = JSON.parse(
  readFileSync(join(FOLDER, "scores.json"), "utf8"),
);
const PAIRS: TextPair[] = made.pairs.map(([query, passage]) => ({ query, passage }));
const engine = await openEngine({ threads: 1 });
const temporary = mkdtempSync(join(tmpdir(), "sulam-cross-"));
after(() => rmSync(temporary, { recursive: true }));
let copies = 0;

type Json = Record<string, unknown>;

/** A copy of the fixture with fields of its files changed; a file that is `null` is taken away. */
function changed(files: Record<string, Json | null>): string {
  const folder = join(temporary, String(copies++));
  cpSync(FOLDER, folder, { recursive: true });
  for (const [name, fields] of Object.entries(files)) {
    const path = join(folder, name);
    if (fields === null) rmSync(path);
    else writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...fields }));
  }
  return folder;
}

async function scoresOf(folder: string, pairs = PAIRS, options = {}): Promise<Float32Array> {
  const model = await CrossEncoder.load(folder, { engine });
  const scores = await model.scores(pairs, options);
  model.dispose();
  return scores;
}

function assertClose(scores: ArrayLike<number>, wanted: readonly number[]): void {
  assert.equal(scores.length, wanted.length);
  for (const [i, score] of wanted.entries())
    assert.ok(Math.abs(scores[i] - score) < 1e-5, `pair ${i}: ${scores[i]}, not ${score}`);
}

/** What sentence-transformers 6 writes beside config, tokenizer and weights. */
const NEW_FILES = {
  "config_sentence_transformers.json": null,
  "modules.json": null,
  "sentence_bert_config.json": null,
};
const FORMS: Record<string, Record<string, Json | null>> = {
  version6: {},
  version4: {
    ...NEW_FILES,
    "config.json": { sentence_transformers: { activation_fn: "torch.nn.modules.activation.ReLU", version: "4.1.0" } },
  },
  version2: {
    ...NEW_FILES,
    "config.json": { sbert_ce_default_activation_function: "torch.nn.modules.linear.Identity" },
  },
  plain: NEW_FILES,
  generic: { ...NEW_FILES, "tokenizer_config.json": { tokenizer_class: "PreTrainedTokenizerFast" } },
};

for (const [form, files] of Object.entries(FORMS)) {
  test(`scores of a cross-encoder in the form \`${form}\` equal those of sentence-transformers, cut pairs too`, async () => {
    assertClose(await scoresOf(changed(files)), made.scores[form]);
  });
}

test("`model_input_names` says before the tokenizer's class whether the texts have types", async () => {
  const names = ["input_ids", "attention_mask"];
  const without = changed({ ...NEW_FILES, "tokenizer_config.json": { model_input_names: names } });
  assertClose(await scoresOf(without), made.scores.generic);
  const both = { tokenizer_class: "PreTrainedTokenizerFast", model_input_names: [...names, "token_type_ids"] };
  assertClose(await scoresOf(changed({ ...NEW_FILES, "tokenizer_config.json": both })), made.scores.plain);
  assertClose(
    await scoresOf(changed({ ...NEW_FILES, "tokenizer_config.json": { tokenizer_class: null } })),
    made.scores.plain,
  );
});

test("a pair's score depends neither on its neighbours nor on its place", async () => {
  const order = PAIRS.map((_, i) => (i * 7 + 5) % PAIRS.length);
  const shuffled = order.map((i) => PAIRS[i]);
  const wanted = order.map((i) => made.scores.version6[i]);
  for (const tokenBudget of [1, 60, 100, 4096]) assertClose(await scoresOf(FOLDER, shuffled, { tokenBudget }), wanted);
  const twice = await scoresOf(FOLDER, [...PAIRS, ...PAIRS]);
  assertClose(twice, [...made.scores.version6, ...made.scores.version6]);
  assert.deepEqual(await scoresOf(FOLDER, []), new Float32Array());
});

test("the longer text of a pair is cut first, and each has its own type", async () => {
  const model = await CrossEncoder.load(FOLDER, { engine, maxLength: 12 });
  const { ids, types } = model.tokenize({ query: "kota", passage: "ibu ".repeat(100) });
  const query = model.tokenizer.encode("kota");
  assert.equal(ids.length, 12);
  assert.deepEqual(ids.slice(0, query.length), query);
  assert.deepEqual(types, [...query.map(() => 0), ...ids.slice(query.length).map(() => 1)]);
  assert.equal(model.maxLength, 12);
  model.dispose();
  const whole = await CrossEncoder.load(FOLDER, { engine });
  assert.equal(whole.maxLength, 48);
  whole.dispose();
});

test("a default prompt stands before the first text, and a folder may ask for lower case", async () => {
  const prompt = { prompts: { q: "Tanya: " }, default_prompt_name: "q" };
  const model = await CrossEncoder.load(changed({ "config_sentence_transformers.json": prompt }), { engine });
  assert.deepEqual(model.tokenize(PAIRS[1]).ids, model.tokenizer.encodePair("Tanya: ibu", "kota").ids);
  model.dispose();
  const cased = changed({ "sentence_bert_config.json": { do_lower_case: true, max_seq_length: 20 } });
  const tokenizer = JSON.parse(readFileSync(join(cased, "tokenizer.json"), "utf8"));
  tokenizer.normalizer.lowercase = false;
  writeFileSync(join(cased, "tokenizer.json"), JSON.stringify(tokenizer));
  const lower = await CrossEncoder.load(cased, { engine });
  assert.deepEqual(lower.tokenize({ query: "IBU", passage: "Kota" }), lower.tokenize(PAIRS[1]));
  assert.equal(lower.maxLength, 20);
  lower.dispose();
});

test("what is no pair, no budget or no length is refused in one sentence", async () => {
  for (const maxLength of [0, 3, 2.5, 1e6])
    await assert.rejects(
      CrossEncoder.load(FOLDER, { engine, maxLength }),
      /maxLength must be a whole number in 4 \.\. \d+/,
    );
  const model = await CrossEncoder.load(FOLDER, { engine });
  const odd = [PAIRS[0], { passage: "kota" }, undefined] as never;
  await assert.rejects(model.scores(odd), /pair 1 must be \{query, passage\}, two texts, got \{"passage":"kota"\}/);
  for (const tokenBudget of [0, -1, Number.NaN])
    await assert.rejects(model.scores(PAIRS, { tokenBudget }), /tokenBudget must be a number above 0/);
  model.dispose();
});

test("scoring frees what it makes and reports its progress", async () => {
  const model = await CrossEncoder.load(FOLDER, { engine });
  const before = engine.memory();
  const seen: number[] = [];
  await model.scores(PAIRS, { tokenBudget: 100, onProgress: ({ done }) => seen.push(done) });
  assert.deepEqual(engine.memory(), before);
  assert.equal(seen.at(-1), PAIRS.length);
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
  model.dispose();
});

test("bfloat16 stays close, and the activation is float32's, so that it makes no ties", async () => {
  const half = await scoresOf(FOLDER, PAIRS, { autocast: "bfloat16" });
  const logits = await scoresOf(changed(FORMS.version2), PAIRS, { autocast: "bfloat16" });
  for (const [i, score] of half.entries()) {
    assert.ok(Math.abs(score - made.scores.version6[i]) < 0.2, `pair ${i}: ${score}`);
    assert.ok(Math.abs(score - Math.tanh(logits[i])) < 1e-6, `pair ${i}: ${score}`);
  }
});

test("a folder that is no cross-encoder for us is refused in one sentence that names it", async () => {
  const labels = { id2label: { 0: "a", 1: "b", 2: "c" } };
  const none = { id2label: null, label2id: null };
  const mistakes: [string, RegExp][] = [
    [changed({ "config.json": labels }), /config\.json: the model must have 1 label, got 3\. Give a BertForSequence/],
    [changed({ "config.json": { ...none, num_labels: 3 } }), /must have 1 label, got 3/],
    [changed({ "config.json": none }), /must have 1 label, got 2/],
    [
      changed({ "config.json": { architectures: ["RobertaForSequenceClassification"], model_type: "roberta" } }),
      /architecture must be BertForSequenceClassification, got "Roberta.*other cross-encoders are not supported/,
    ],
    [changed({ "config.json": { architectures: ["BertModel"] } }), /got "BertModel"/],
    [changed({ "config.json": { architectures: null } }), /must be BertForSequenceClassification, got null/],
    [changed({ "config.json": { type_vocab_size: 1 } }), /type_vocab_size must be 2 or more, for pairs, got 1/],
    [
      changed({ "config_sentence_transformers.json": { activation_fn: "torch.nn.Softmax" } }),
      /config_sentence_transformers\.json: activation `softmax` is not known/,
    ],
    [
      changed({ "config_sentence_transformers.json": { activation_fn: "mine.Sigmoid" } }),
      /activation `mine\.Sigmoid` is not known/,
    ],
    [
      join(FOLDER, "../st6-bert"),
      /modules\.json: .* must be a Transformer, got Transformer, Pooling, Dense, Normalize/,
    ],
    [changed({ "config.json": null }), /config\.json: there is no such file/],
    [changed({ "tokenizer.json": null }), /tokenizer\.json: there is no such file/],
    [changed({ "config.json": { vocab_size: 299 } }), /the tokenizer has 300 ids, the model has 299 embeddings/],
    [lacking("classifier.weight"), /model\.safetensors: does not fit config\.json: classifier\.weight is missing\./],
    [lacking("bert.pooler.dense.bias"), /does not fit config\.json: pooler\.dense\.bias is missing\./],
    [pickled(), /holds no model\.safetensors .*Convert its pytorch_model\.bin to safetensors\./],
  ];
  const before = engine.memory();
  for (const [folder, words] of mistakes) {
    await assert.rejects(CrossEncoder.load(folder, { engine }), (error: unknown) => {
      assert.ok(error instanceof InputError, String(error));
      assert.match(error.message, words);
      assert.ok(error.message.startsWith(folder), error.message);
      return true;
    });
  }
  assert.deepEqual(engine.memory(), before, "a failed load keeps no tensor");
});

test("a folder says that it holds a cross-encoder, also one that is not supported", () => {
  const config = { architectures: ["XLMRobertaForSequenceClassification"] };
  const embedder = { "config_sentence_transformers.json": { model_type: "SentenceTransformer" } };
  const generative = { "config.json": { architectures: ["Qwen3ForCausalLM"] } };
  assert.ok(isCrossEncoder(FOLDER));
  assert.ok(isCrossEncoder(changed(FORMS.plain)));
  assert.ok(isCrossEncoder(changed({ ...NEW_FILES, "config.json": config })));
  assert.ok(isCrossEncoder(changed(generative)));
  assert.ok(!isCrossEncoder(changed({ ...NEW_FILES, ...generative })));
  assert.ok(!isCrossEncoder(changed(embedder)), "an embedder that began as a classifier");
  assert.ok(!isCrossEncoder(join(FOLDER, "../st6-bert")));
});

/** A copy without one tensor. */
function lacking(name: string): string {
  const folder = changed({});
  const { tensors } = readSafetensors(engine, join(folder, "model.safetensors"));
  const rest = new Map([...tensors].filter(([other]) => other !== name));
  assert.equal(rest.size, tensors.size - 1);
  writeSafetensors(engine, join(folder, "model.safetensors"), rest);
  engine.free(...tensors.values());
  return folder;
}

/** A copy whose weights are a pickle. */
function pickled(): string {
  const folder = changed({});
  renameSync(join(folder, "model.safetensors"), join(folder, "pytorch_model.bin"));
  return folder;
}
