import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { buildTokenizer } from "../../src/tokenizer/buildTokenizer.ts";
import type { JsonObject } from "../../src/tokenizer/fields.ts";
import { assertSame, fixture } from "./oracle.ts";

const FLAGS = ["single_word", "lstrip", "rstrip", "normalized", "special"] as const;
const CONTENTS = ["<mask>", "<mask>s", "kata", "Kata", "<s>", "a b", " x", "é", "[ENT]", "dan", "n", "▁q", "😀"];
const AROUND = [
  " ",
  "  ",
  "\t",
  "\n",
  "\u00a0",
  "a",
  "Z",
  "9",
  "_",
  "-",
  ".",
  "é",
  "\u0301",
  "\u200d",
  "你",
  "😀",
  "kata",
  "▁",
];

function added(content: string, id: number, flags: JsonObject = {}): JsonObject {
  return { id, content, ...Object.fromEntries(FLAGS.map((flag) => [flag, false])), ...flags };
}

function withAdded(name: string, tokens: JsonObject[], parts: JsonObject = {}): JsonObject {
  const json = fixture(name);
  return { ...json, added_tokens: [...(json.added_tokens as JsonObject[]), ...tokens], ...parts };
}

function textsAround(random: Random, count: number): string[] {
  const bit = (): string =>
    (random.uniform() < 0.4 ? CONTENTS : AROUND)[random.int(random.uniform() < 0.4 ? 13 : 12)] ?? "";
  return Array.from({ length: count }, () => Array.from({ length: random.int(10) }, bit).join(""));
}

for (const name of ["llama", "wordPiece", "llama3"])
  test(`${name}: added tokens of all kinds are matched as Hugging Face does`, async () => {
    const random = new Random(5);
    for (let round = 0; round < 60; round++) {
      const size = Object.keys((fixture(name).model as { vocab: JsonObject }).vocab).length;
      const tokens = random
        .sample(CONTENTS, 1 + random.int(4))
        .map((content, i) =>
          added(content, size + i, Object.fromEntries(FLAGS.map((flag) => [flag, random.uniform() < 0.4]))),
        );
      // Hugging Face fails to skip special tokens that are normalized.
      const skips = !tokens.some((token) => token.normalized && (token.special || token.content === "<s>"));
      await assertSame(withAdded(name, tokens), textsAround(random, 25), skips);
    }
  });

test("lower-casing and Metaspace, first only, heed where an added token stands", async () => {
  const pre_tokenizer = { type: "Metaspace", replacement: "▁", prepend_scheme: "first", split: true };
  const tokens = [added("<mask>", 2000, { lstrip: true }), added("Kata", 2001, { normalized: true })];
  for (const normalizer of [null, { type: "Lowercase" }])
    await assertSame(withAdded("llama", tokens, { normalizer, pre_tokenizer }), textsAround(new Random(6), 200));
});

test("special tokens in the text are special tokens, bytes spelt out are text", async () => {
  const ours = await assertSame(fixture("llama"), ["<s>a</s>", "<0x0A>", "a<unk>b", "</s></s>", "<s", "< s>"]);
  assert.deepEqual(ours.encode("</s>"), [1, 2]);
  assert.ok(!ours.encode("<0x0A>").includes(ours.idOf("<0x0A>") as number));
  assert.equal(ours.decode(ours.encode("<s>kata</s>"), { skipSpecialTokens: true }), "kata");
});

test("a special token that is matched in normalized text is skipped as well", () => {
  const tokens = [added("Raja", 2000, { normalized: true, special: true })];
  const ours = buildTokenizer("test", withAdded("llama", tokens));
  const ids = ours.encode("Raja dan kata");
  assert.equal(ids[1], 2000);
  assert.equal(ours.decode(ids, { skipSpecialTokens: true }), "dan kata");
});

test("a new added token gets the id that Hugging Face gives it, whatever the file says", async () => {
  const model = { ...(fixture("llama").model as JsonObject), vocab: { "<unk>": 0, "▁": 1, a: 7, b: 4 }, merges: [] };
  for (const ids of [
    [8, 9],
    [4, 5],
    [100, 3],
  ]) {
    const tokens = [added("<y>", ids[0], { special: true }), added("<z>", ids[1])];
    const json = { ...fixture("llama"), added_tokens: tokens, post_processor: null, model };
    await assertSame(json, ["a<y>b<z>", "<z><y>a b"], false);
  }
});
