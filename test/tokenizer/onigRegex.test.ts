import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../src/base/errors.ts";
import { Fields } from "../../src/tokenizer/fields.ts";
import { onigRegex } from "../../src/tokenizer/onigRegex.ts";
import { fuzzTexts } from "./fuzzTexts.ts";
import { assertSame, fixture } from "./oracle.ts";

const part = new Fields("tokenizer.json", "pre_tokenizer", { type: "Split" });

/** Patterns of published tokenizers, and others that try the translator. */
const PATTERNS: Record<string, string> = {
  "GPT-2": String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
  "GPT-4o": String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  "GPT-4, possessive": String.raw`'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s`,
  DeepSeek: String.raw`[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_${"`"}{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  possessive: String.raw`[a-m]++a|\p{L}*+n|k?+k|[^a]{2}+`,
  scripts: String.raw`\p{Han}+|\p{Thai}+|\p{Arabic}+|[[:alpha:]]+|[[:digit:][:punct:]]+`,
  words: String.raw`\b\w+\b|\h{2}|\d(?=\d)|[^\w\s]`,
  flags: `(?i)kata|(?-i:MAKAN)|S|(?i:k)u`,
  anchors: String.raw`\A\w|\w\z|^ +|\.$|\n\Z`,
  atomic: `(?>a+)b|(?<=a)n|(?<!k)a|(?:ma|an){2,}?|x{,3}y`,
  classes: String.raw`[\]\-a-c]+|[-x]|[y-]|[\x41\u0042\x{43}]|[\t\n]+|\.|[.]`,
};

for (const [name, pattern] of Object.entries(PATTERNS))
  test(`${name}: a Split by its pattern gives Hugging Face's pieces under fuzz`, async () => {
    const json = fixture("byteLevel");
    const level = json.pre_tokenizer as object;
    for (const [behavior, invert] of [
      ["Isolated", false],
      ["Removed", true],
      ["MergedWithNext", false],
    ] as const) {
      const split = { type: "Split", pattern: { Regex: pattern }, behavior, invert };
      const pretokenizers = [split, { ...level, use_regex: false }];
      await assertSame({ ...json, pre_tokenizer: { type: "Sequence", pretokenizers } }, fuzzTexts(150, 8), false);
    }
  });

test("what cannot be translated is an error that shows the pattern", () => {
  for (const pattern of [
    "(a",
    "a)",
    "[a",
    "[a&&b]",
    "[[ab]c]",
    "(?<n>a)\\g<n>",
    "\\p{Nope}",
    "(?x: a)",
    "\\K",
    "[[:^alpha:]]",
  ])
    assert.throws(
      () => onigRegex(pattern, part),
      (error: Error) =>
        error instanceof InputError && error.message.includes(pattern) && error.who === "tokenizer.json",
      pattern,
    );
});
