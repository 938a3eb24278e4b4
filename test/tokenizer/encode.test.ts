import assert from "node:assert/strict";
import { test } from "node:test";
import { buildTokenizer } from "../../src/tokenizer/buildTokenizer.ts";
import type { JsonObject } from "../../src/tokenizer/fields.ts";
import { extremeTexts, fuzzTexts } from "./fuzzTexts.ts";
import { assertSame, fixture } from "./oracle.ts";

const texts = fuzzTexts(600, 1);

/** The Llama fixture with some of its parts replaced. */
function llama(parts: JsonObject, model: JsonObject = {}): JsonObject {
  const json = fixture("llama");
  return { ...json, ...parts, model: { ...(json.model as JsonObject), ...model } };
}

for (const name of ["llama", "byteLevel", "llama3", "qwen2", "wordPiece"])
  test(`${name}: ids and decoded texts are Hugging Face's under fuzz`, async () => {
    await assertSame(fixture(name), texts);
  });

for (const name of ["llama", "byteLevel", "wordPiece"])
  test(`${name}: ids of empty, monotonous and megabyte texts are Hugging Face's`, async () => {
    await assertSame(fixture(name), extremeTexts, false);
  });

for (const prepend_scheme of ["first", "always", "never"])
  for (const split of [true, false])
    test(`Metaspace, prepend ${prepend_scheme}, split ${split}: ids and texts are Hugging Face's under fuzz`, async () => {
      const pre_tokenizer = { type: "Metaspace", replacement: "▁", prepend_scheme, split };
      await assertSame(llama({ normalizer: null, pre_tokenizer, decoder: pre_tokenizer }), texts);
    });

test("Metaspace with the older add_prefix_space is read as Hugging Face reads it", async () => {
  for (const add_prefix_space of [true, false]) {
    const pre_tokenizer = { type: "Metaspace", replacement: "▁", add_prefix_space };
    if (!add_prefix_space) Object.assign(pre_tokenizer, { prepend_scheme: "never" });
    await assertSame(llama({ normalizer: null, pre_tokenizer }), texts.slice(0, 100));
  }
});

test("Replace alone as normalizer marks spaces without a mark in front", async () => {
  const normalizer = { type: "Replace", pattern: { String: " " }, content: "▁" };
  await assertSame(llama({ normalizer }), texts);
});

test("unknown characters: unknown tokens fused or not, dropped without one, bytes where all are there", async () => {
  const { vocab } = fixture("llama").model as { vocab: JsonObject };
  const fewBytes = Object.fromEntries(Object.entries(vocab).filter(([token]) => !/^<0x[8-F].>$/.test(token)));
  for (const fuse_unk of [true, false])
    for (const byte_fallback of [true, false]) {
      await assertSame(llama({}, { fuse_unk, byte_fallback }), texts.slice(0, 200));
      await assertSame(llama({}, { fuse_unk, byte_fallback, vocab: fewBytes }), texts.slice(0, 200));
      await assertSame(llama({}, { fuse_unk, byte_fallback, unk_token: null, vocab: fewBytes }), texts.slice(0, 200));
    }
});

test("merges that join a mark to what stands before it are heeded across words", async () => {
  const { vocab, merges } = fixture("llama").model as { vocab: JsonObject; merges: unknown[] };
  const size = Object.keys(vocab).length;
  const model = { vocab: { ...vocab, "n▁": size, "▁▁": size + 1 }, merges: [["n", "▁"], ["▁", "▁"], ...merges] };
  await assertSame(llama({}, model), [...texts, "makan ikan  dan nasi"]);
  const text = "makan ikan";
  assert.ok(buildTokenizer("test", llama({}, model)).encode(text).includes(size));
});

test("ignore_merges takes a whole text that is a token, and the older spelling of merges is read", async () => {
  const merges = (fixture("llama").model as { merges: [string, string][] }).merges.map((pair) => pair.join(" "));
  const joined = { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true };
  await assertSame(llama({}, { merges, ignore_merges: true }), texts.slice(0, 200));
  await assertSame(
    llama({ normalizer: null, pre_tokenizer: joined }, { merges, ignore_merges: true }),
    texts.slice(0, 200),
  );
});

test("a subword prefix and an end-of-word suffix change the symbols as they do in Hugging Face", async () => {
  const vocab = Object.fromEntries(
    ["<unk>", "a", "b", "##a", "##b", "##a</w>", "##b</w>", "a</w>", "b</w>", "ab", "ab</w>", "aba</w>"].map((t, i) => [
      t,
      i,
    ]),
  );
  const merges = [
    ["a", "##b"],
    ["a", "##b</w>"],
    ["ab", "##a</w>"],
  ];
  const model = { vocab, merges, byte_fallback: false, continuing_subword_prefix: "##", end_of_word_suffix: "</w>" };
  const parts = {
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    decoder: { type: "BPEDecoder", suffix: "</w>" },
  };
  const json = llama({ ...parts, added_tokens: [], post_processor: null }, model);
  await assertSame(json, ["a", "b", "ab", "aba", "abab ba ab", "cab abc", "bbb a"]);
});

test("encodeBatch gives what encode gives, text by text", () => {
  const ours = buildTokenizer("test", fixture("llama"));
  assert.deepEqual(
    ours.encodeBatch(texts.slice(0, 50)),
    texts.slice(0, 50).map((text) => ours.encode(text)),
  );
});
