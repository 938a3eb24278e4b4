import assert from "node:assert/strict";
import { test } from "node:test";
import { Fields, type JsonObject } from "../../src/tokenizer/fields.ts";
import { makeNormalizer } from "../../src/tokenizer/normalizer.ts";
import { fuzzTexts } from "./fuzzTexts.ts";
import { assertSame, fixture, hugging } from "./oracle.ts";

const ours = (part: JsonObject): ((text: string) => string) => makeNormalizer(new Fields("test", "normalizer", part));

/** The planes that hold more than ideographs and gaps, 64 characters to a text, each between two letters. */
function allCharacters(): string[] {
  const texts: string[] = [];
  for (const [from, to] of [
    [0, 0xd800],
    [0xe000, 0x20000],
    [0x2f800, 0x2fa40],
    [0xe0000, 0xe0200],
    [0x10ffc0, 0x110000],
  ])
    for (let code = from; code < to; code += 64)
      texts.push(Array.from({ length: 64 }, (_, i) => `x${String.fromCodePoint(code + i)}`).join(""));
  return texts;
}

const bert = {
  type: "BertNormalizer",
  clean_text: true,
  handle_chinese_chars: true,
  strip_accents: null,
  lowercase: true,
};
const cases: [string, JsonObject, { normalizeString(text: string): string }][] = [
  ["BertNormalizer", bert, hugging.bertNormalizer()],
  ["Lowercase", { type: "Lowercase" }, hugging.lowercase()],
  ["NFC", { type: "NFC" }, hugging.nfcNormalizer()],
  ["NFD", { type: "NFD" }, hugging.nfdNormalizer()],
  ["NFKC", { type: "NFKC" }, hugging.nfkcNormalizer()],
  ["NFKD", { type: "NFKD" }, hugging.nfkdNormalizer()],
  ["StripAccents", { type: "StripAccents" }, hugging.stripAccentsNormalizer()],
];

for (const [name, part, theirs] of cases)
  test(`${name} does to every character, and to fuzz, what Hugging Face does`, () => {
    const normalize = ours(part);
    for (const text of [...allCharacters(), ...fuzzTexts(500, 2).map((text) => text.toWellFormed())])
      assert.equal(normalize(text), theirs.normalizeString(text), JSON.stringify(text));
  });

test("Strip takes white space off either end", () => {
  for (const [left, right] of [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ]) {
    const normalize = ours({ type: "Strip", strip_left: left, strip_right: right });
    const theirs = hugging.stripNormalizer(left, right);
    for (const text of ["  a b\t", "\u00a0a\u3000", "   ", "", "a", "\u200ba\u0085"])
      assert.equal(normalize(text), theirs.normalizeString(text), `${left} ${right} ${JSON.stringify(text)}`);
  }
});

test("BertNormalizer without some of its steps, before WordPiece", async () => {
  const json = fixture("wordPiece");
  for (const clean_text of [true, false])
    for (const handle_chinese_chars of [true, false])
      for (const strip_accents of [true, false])
        for (const lowercase of [true, false]) {
          const normalizer = { type: "BertNormalizer", clean_text, handle_chinese_chars, strip_accents, lowercase };
          await assertSame({ ...json, normalizer }, fuzzTexts(60, 3), false);
        }
});

test("Sequence, Replace by text and by pattern, Prepend, ByteLevel: ids are Hugging Face's", async () => {
  const replace = (pattern: JsonObject, content: string): JsonObject => ({ type: "Replace", pattern, content });
  const normalizers = [
    replace({ Regex: "\\s+" }, " "),
    replace({ String: "a" }, "$&b$1"),
    { type: "Prepend", prepend: "▁" },
    { type: "Lowercase" },
    replace({ String: " " }, "▁"),
  ];
  await assertSame({ ...fixture("llama"), normalizer: { type: "Sequence", normalizers } }, fuzzTexts(150, 4));
  const json = { ...fixture("byteLevel"), normalizer: { type: "ByteLevel" }, pre_tokenizer: null };
  await assertSame(json, fuzzTexts(150, 5));
});
