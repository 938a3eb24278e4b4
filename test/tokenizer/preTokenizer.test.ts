import { test } from "node:test";
import type { JsonObject } from "../../src/tokenizer/fields.ts";
import { fuzzTexts } from "./fuzzTexts.ts";
import { assertSame, fixture } from "./oracle.ts";

const texts = fuzzTexts(150, 9);
const BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"];

/** The Llama fixture's model behind another pre-tokenizer. */
function behind(pre_tokenizer: JsonObject): JsonObject {
  return { ...fixture("llama"), normalizer: null, pre_tokenizer };
}

for (const type of ["BertPreTokenizer", "Whitespace", "WhitespaceSplit"])
  test(`${type} cuts as Hugging Face does`, async () => {
    await assertSame(behind({ type }), texts, false);
  });

test("Punctuation and Split cut as Hugging Face does, with every behaviour", async () => {
  for (const behavior of BEHAVIORS) {
    await assertSame(behind({ type: "Punctuation", behavior }), texts, false);
    for (const invert of [false, true])
      await assertSame(behind({ type: "Split", pattern: { String: "a" }, behavior, invert }), texts, false);
  }
});

test("Digits and CharDelimiterSplit cut as Hugging Face does", async () => {
  for (const individual_digits of [true, false])
    await assertSame(behind({ type: "Digits", individual_digits }), texts, false);
  await assertSame(behind({ type: "CharDelimiterSplit", delimiter: "." }), texts, false);
});

test("a Sequence runs its steps in order, and the first Metaspace piece is known", async () => {
  const metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "first", split: false };
  for (const first of [
    { type: "Digits", individual_digits: true },
    { type: "Punctuation", behavior: "Isolated" },
  ])
    await assertSame(behind({ type: "Sequence", pretokenizers: [first, metaspace] }), texts, false);
});

test("ByteLevel puts a space in front where it is told to, and need not come last", async () => {
  const level = { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true };
  await assertSame({ ...fixture("byteLevel"), pre_tokenizer: level }, texts, false);
  const pretokenizers = [level, { type: "Digits", individual_digits: true }];
  await assertSame({ ...fixture("byteLevel"), pre_tokenizer: { type: "Sequence", pretokenizers } }, texts, false);
});
