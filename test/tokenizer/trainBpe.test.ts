import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { InputError } from "../../src/base/errors.ts";
import { type TrainBpeOptions, trainBpe } from "../../src/tokenizer/trainBpe.ts";
import { fuzzTexts } from "./fuzzTexts.ts";
import { assertSame, fixture } from "./oracle.ts";

interface Learnt {
  vocab: string[];
  merges: [string, string][];
}

const FIELDS = ["passage", "query", "queryColloquial", "paraphrase", "english", "indonesian", "thai", "mandarin"];
const LLAMA3 = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const malayMini = fileURLToPath(new URL("../../datasets/malay-mini/malay-mini.jsonl", import.meta.url));

/** The corpus of make_tokenizers.py, in its order. */
const texts = readFileSync(malayMini, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Record<string, string | undefined>)
  .flatMap((row) => FIELDS.map((field) => row[field] ?? "").filter((text) => text !== ""));

/** What `trainBpe` learnt, without the 256 byte tokens. */
function learnt(options: TrainBpeOptions): Learnt {
  const { model } = JSON.parse(trainBpe(texts, options).toJson()) as {
    model: { vocab: Record<string, number>; merges: [string, string][] };
  };
  const vocab = Object.keys(model.vocab).sort((a, b) => model.vocab[a] - model.vocab[b]);
  return { vocab: vocab.filter((token) => !/^<0x..>$/.test(token)), merges: model.merges };
}

const everything = { limitAlphabet: Number.POSITIVE_INFINITY };
const cases: [string, TrainBpeOptions][] = [
  ["plain", { vocabSize: 2600 + 256, maxTokenLength: Number.POSITIVE_INFINITY, ...everything }],
  ["short", { vocabSize: 2600 + 256, maxTokenLength: 6, ...everything }],
  ["frequent", { vocabSize: 9000, minFrequency: 40, maxTokenLength: Number.POSITIVE_INFINITY, ...everything }],
  ["bytes", { vocabSize: 1800, form: "byteLevel" }],
  ["llama3", { vocabSize: 1800, form: "byteLevel", pattern: LLAMA3 }],
];
const reference = fixture("training") as unknown as Record<string, Learnt>;

for (const [name, options] of cases)
  test(`${name}: vocabulary and merges are those of Hugging Face's BpeTrainer`, () => {
    assert.deepEqual(learnt(options), reference[name]);
  });

for (const form of ["llama", "metaspace", "byteLevel"] as const)
  test(`a ${form} tokenizer that was trained here loads in Hugging Face with the same ids`, async () => {
    const trained = trainBpe(texts, { vocabSize: 4000, form });
    assert.equal(trained.vocabSize, 4000);
    const read = await assertSame(trained.toJson(), [...texts.slice(0, 200), ...fuzzTexts(100, 11)]);
    assert.deepEqual(read.encode(texts[0]), trained.encode(texts[0]));
  });

test("limitAlphabet keeps the most frequent characters, of equally frequent ones the lower code points", () => {
  const corpus = ["aaa bbb ccc dd ee ff"];
  const tokens = (limitAlphabet: number): string[] => {
    const trained = trainBpe(corpus, { vocabSize: 259 + limitAlphabet, limitAlphabet });
    return Array.from({ length: limitAlphabet }, (_, i) => trained.tokenOf(259 + i) as string);
  };
  assert.deepEqual(tokens(4), ["a", "b", "c", "▁"]);
  assert.deepEqual(tokens(6), ["a", "b", "c", "d", "e", "▁"]);
});

test("a pair that comes up again is merged again, and spaces are never merged across", () => {
  const trained = trainBpe(["abab abab abab", " abab"], { vocabSize: 1000 });
  const tokens = Array.from({ length: trained.vocabSize }, (_, id) => trained.tokenOf(id) ?? "").slice(259);
  // By hand: (a, b) stands 8 times, then (▁, ab) and (ab, ab) 4 times each; "▁" has id 2 before its bytes, "ab" has 3.
  assert.deepEqual(tokens, ["a", "b", "▁", "ab", "▁ab", "▁abab"]);
});

test("progress is reported, the same texts give the same file, and an empty corpus gives bytes alone", () => {
  let reports = 0;
  const train = (): string =>
    trainBpe(texts, { vocabSize: 2000, onProgress: ({ total }) => (reports += total > 0 ? 1 : 0) }).toJson();
  assert.equal(train(), train());
  assert.ok(reports > 0);
  const empty = trainBpe([], { vocabSize: 300 });
  const bytes = [...new TextEncoder().encode("▁é")].map((byte) => byte + 3);
  assert.deepEqual([empty.vocabSize, empty.encode("é")], [259, [1, ...bytes]]);
});

test("a vocabulary without room for the characters is refused with the number that is needed", () => {
  assert.throws(
    () => trainBpe(["abc"], { vocabSize: 200 }),
    /the vocabulary must be a whole number of tokens >= 263 .*got 200/,
  );
  assert.throws(() => trainBpe(["abc"], { vocabSize: 300.5 }), InputError);
});
