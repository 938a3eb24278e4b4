import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../src/base/errors.ts";
import { buildTokenizer } from "../../src/tokenizer/buildTokenizer.ts";
import type { JsonObject } from "../../src/tokenizer/fields.ts";
import { fuzzTexts } from "./fuzzTexts.ts";
import { assertSame, fixture, hugging, reference } from "./oracle.ts";

const texts = fuzzTexts(80, 10);
const TEXT = "Kuala Lumpur ialah ibu negara Malaysia.";

test("maxLength counts special tokens as Hugging Face's truncation does", async () => {
  for (const name of ["llama", "llama3", "wordPiece", "byteLevel"]) {
    const ours = buildTokenizer("test", fixture(name));
    const theirs = reference(fixture(name));
    for (const maxLength of [2, 3, 5, 8, 100]) {
      theirs.setTruncation(maxLength);
      for (const text of [TEXT, ...texts.slice(0, 20)]) {
        const wanted = (await theirs.encode(text.toWellFormed())).getIds();
        assert.deepEqual(ours.encode(text, { maxLength }), wanted, `${name} ${maxLength} ${text}`);
        const bare = (await theirs.encode(text.toWellFormed(), null, { addSpecialTokens: false })).getIds();
        assert.deepEqual(ours.encode(text, { maxLength, addSpecialTokens: false }), bare);
      }
    }
  }
});

test("a file that truncates on the left keeps the end, and its own limit is not applied unasked", async () => {
  const truncation = { direction: "Left", max_length: 6, strategy: "LongestFirst", stride: 0 };
  const json = { ...fixture("llama"), truncation };
  const theirs = hugging.Tokenizer.fromString(JSON.stringify(json));
  const ours = buildTokenizer("test", json);
  assert.deepEqual(ours.encode(TEXT, { maxLength: 6 }), (await theirs.encode(TEXT)).getIds());
  assert.ok(ours.encode(TEXT).length > 6);
});

test("maxLength that leaves no room for special tokens is an error that says how many there are", () => {
  const ours = buildTokenizer("test", fixture("wordPiece"));
  assert.deepEqual(ours.encode(TEXT, { maxLength: 2 }), [2, 3]);
  for (const maxLength of [1, 0, -1, 2.5, Number.NaN])
    assert.throws(() => ours.encode(TEXT, { maxLength }), /maxLength must be a whole number >= 2/);
  assert.throws(() => ours.encode(TEXT, { maxLength: 1 }), InputError);
});

test("post-processors add what Hugging Face adds", async () => {
  const cls = { sep: ["</s>", 2], cls: ["<s>", 1] };
  const special = (id: string): JsonObject => ({ SpecialToken: { id, type_id: 0 } });
  const a = { Sequence: { id: "A", type_id: 0 } };
  const many = { id: "m", ids: [2, 0, 2], tokens: ["</s>", "<unk>", "</s>"] };
  const one = { id: "o", ids: [1], tokens: ["<s>"] };
  const template = {
    type: "TemplateProcessing",
    single: [special("o"), special("m"), a, special("m")],
    pair: [a, { Sequence: { id: "B", type_id: 1 } }],
    special_tokens: { m: many, o: one },
  };
  const processors = [
    { type: "BertProcessing", ...cls },
    { type: "RobertaProcessing", ...cls, trim_offsets: true, add_prefix_space: false },
    { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    template,
  ];
  for (const post_processor of [...processors, { type: "Sequence", processors: [processors[2], template] }])
    await assertSame({ ...fixture("llama"), post_processor }, texts.slice(0, 20));
});

test("decoders give Hugging Face's text, bytes that are not UTF-8 included", async () => {
  const replace = { type: "Replace", pattern: { String: "▁" }, content: " " };
  const decoders: (JsonObject | null)[] = [
    null,
    replace,
    { type: "Replace", pattern: { Regex: "[aeiou]+" }, content: "*" },
    { type: "ByteFallback" },
    { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    { type: "Metaspace", replacement: "▁", prepend_scheme: "first", split: true },
    { type: "Metaspace", replacement: "▁", prepend_scheme: "never", split: true },
    { type: "BPEDecoder", suffix: "an" },
    { type: "WordPiece", prefix: "▁", cleanup: true },
    { type: "WordPiece", prefix: "an", cleanup: false },
    { type: "Sequence", decoders: [replace, { type: "Fuse" }, { type: "Strip", content: " ", start: 2, stop: 0 }] },
    { type: "Sequence", decoders: [{ type: "Strip", content: "a", start: 0, stop: 1 }, { type: "ByteFallback" }] },
  ];
  // A Strip of more characters than a token has makes Hugging Face abort the process, so none is tried.
  for (const decoder of decoders) {
    const json = { ...fixture("llama"), decoder };
    const ours = buildTokenizer("test", json);
    const theirs = reference(json);
    for (let seed = 0; seed < 60; seed++) {
      const ids = Array.from(
        { length: 12 },
        (_, i) => (seed * 7919 + i * i * 104729 + i * 31) % (i % 3 === 0 ? 300 : 2005),
      );
      assert.equal(ours.decode(ids), await theirs.decode(ids, false), `${JSON.stringify(decoder)} ${ids}`);
    }
  }
});

test("tokens, ids and the size of the vocabulary", () => {
  const ours = buildTokenizer("test", fixture("llama"));
  assert.deepEqual([ours.vocabSize, ours.idOf("<0x0A>"), ours.tokenOf(13)], [2000, 13, "<0x0A>"]);
  assert.deepEqual(
    [ours.idOf("no such token"), ours.tokenOf(2000), ours.tokenOf(-1)],
    [undefined, undefined, undefined],
  );
  assert.equal(ours.decode([2000, -1]), "");
});

test("roles come from the configuration, then from usual names", () => {
  const json = fixture("llama");
  assert.deepEqual(buildTokenizer("test", json).specials, { bos: 1, eos: 2, unk: 0 });
  const config = { pad_token: { content: "</s>", special: true }, eos_token: "<unk>", unk_token: null };
  assert.deepEqual(buildTokenizer("test", json, [config, { mask_token: "<s>" }]).specials, {
    bos: 1,
    eos: 0,
    pad: 2,
    mask: 1,
  });
  assert.deepEqual(buildTokenizer("test", fixture("wordPiece")).specials, { pad: 0, unk: 1, cls: 2, sep: 3, mask: 4 });
});

test("toJson loads in Hugging Face and here with the same ids, numbers among the tokens included", async () => {
  for (const name of ["llama", "byteLevel", "llama3", "qwen2", "wordPiece"]) {
    const written = buildTokenizer("test", fixture(name)).toJson();
    const original = reference(fixture(name));
    const again = reference(written);
    assert.equal(buildTokenizer("test", JSON.parse(written)).toJson(), written);
    for (const text of texts.slice(0, 30))
      assert.deepEqual(
        (await again.encode(text.toWellFormed())).getIds(),
        (await original.encode(text.toWellFormed())).getIds(),
      );
    await assertSame(written, texts.slice(0, 20));
  }
  const vocab = { "<unk>": 0, b: 1, "10": 2, "1": 3, "0": 4, __proto__x: 5, constructor: 6 };
  const model = { ...(fixture("llama").model as JsonObject), vocab, merges: [["1", "0"]], byte_fallback: false };
  const written = buildTokenizer("test", {
    ...fixture("llama"),
    added_tokens: [],
    post_processor: null,
    model,
  }).toJson();
  assert.match(written, /"vocab":\{"<unk>":0,"b":1,"10":2,"1":3,"0":4,"__proto__x":5,"constructor":6\}/);
  await assertSame(written, ["b10101", "c"]);
});
