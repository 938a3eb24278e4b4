import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../src/base/errors.ts";
import { buildTokenizer } from "../../src/tokenizer/buildTokenizer.ts";
import type { JsonObject } from "../../src/tokenizer/fields.ts";
import { fuzzTexts } from "./fuzzTexts.ts";
import { fixture, reference } from "./oracle.ts";

const TEXTS = fuzzTexts(60, 11);
const PAIRS: [string, string][] = [
  ["Di mana ibu negara?", "Kuala Lumpur ialah ibu negara Malaysia."],
  ["Kuala Lumpur ialah ibu negara Malaysia, dan Putrajaya pusat pentadbirannya.", "ibu"],
  ["satu dua tiga", "satu dua tiga"],
  ["", "Kuala Lumpur"],
  ["Kuala Lumpur", ""],
  ["", ""],
  ...TEXTS.slice(0, 30).map((text, i): [string, string] => [text, TEXTS[30 + i]]),
];

const special = (id: string, type_id: number): JsonObject => ({ SpecialToken: { id, type_id } });
const text = (id: string, type_id: number): JsonObject => ({ Sequence: { id, type_id } });
const ends = { cls: ["[CLS]", 2], sep: ["[SEP]", 3] };
const turned = {
  type: "TemplateProcessing",
  single: [text("A", 0)],
  pair: [special("q", 3), text("B", 1), special("q", 0), text("A", 2), special("c", 0)],
  special_tokens: { q: { id: "q", ids: [3, 2, 3], tokens: ["a", "b", "c"] }, c: { id: "c", ids: [2], tokens: ["d"] } },
};
const bytes = { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true };
/** Each with the number of special tokens that it adds to a pair. */
const PROCESSORS: Record<string, [JsonObject | null, number]> = {
  BertProcessing: [{ type: "BertProcessing", ...ends }, 3],
  RobertaProcessing: [{ type: "RobertaProcessing", ...ends, trim_offsets: true, add_prefix_space: false }, 4],
  ByteLevel: [bytes, 0],
  "no post-processor": [null, 0],
  "a template that turns the texts around": [turned, 7],
  "a Sequence with one template": [{ type: "Sequence", processors: [bytes, turned] }, 7],
};

/**
 * Fails unless each pair has Hugging Face's ids and types, whole and cut to every length from `added`. Where both texts
 * must be cut, npm's `tokenizers` 0.23.2 does not do as Python's: `longestFirst.json` has those.
 */
async function assertSamePairs(json: JsonObject, added: number): Promise<void> {
  const ours = buildTokenizer("test", json);
  const theirs = reference(json);
  const direction = (json.truncation as JsonObject | undefined)?.direction === "Left" ? "left" : "right";
  for (const maxLength of [undefined, ...Array.from({ length: 18 }, (_, i) => added + i)]) {
    if (maxLength !== undefined) theirs.setTruncation(maxLength, { direction });
    for (const [first, second] of PAIRS) {
      const shorter = Math.min(...[first, second].map((t) => ours.encode(t, { addSpecialTokens: false }).length));
      if (maxLength !== undefined && 2 * shorter > maxLength - added) continue;
      const wanted = await theirs.encode(first.toWellFormed(), second.toWellFormed());
      const got = ours.encodePair(first, second, { maxLength });
      const label = `${JSON.stringify([first, second])} at ${maxLength}`;
      assert.deepEqual(got, { ids: wanted.getIds(), types: wanted.getTypeIds() }, label);
    }
  }
}

for (const [name, [post_processor, added]] of Object.entries(PROCESSORS)) {
  test(`pairs by ${name} have Hugging Face's ids and types, also where one text is cut`, async () => {
    await assertSamePairs({ ...fixture("wordPiece"), post_processor }, added);
  });
}

test("of two texts that do not fit, as much is kept of each as Python's tokenizers keeps", () => {
  const ours = buildTokenizer("test", fixture("wordPiece"));
  const kept = fixture("longestFirst") as unknown as string[][][];
  const [a, b] = ["a", "b"].map((token) => ours.idOf(token));
  for (let room = 0; room < kept.length; room++)
    for (const [n, row] of kept[room].entries())
      for (const [m, wanted] of row.entries()) {
        const { ids } = ours.encodePair("a ".repeat(n), "b ".repeat(m), { maxLength: room + 3 });
        const count = (id: number | undefined): number => ids.filter((other) => other === id).length;
        assert.equal(`${count(a)}${count(b)}`, wanted, `${n} and ${m} tokens, room for ${room}`);
      }
});

test("a file that truncates on the left keeps the end of both texts", async () => {
  const truncation = { direction: "Left", max_length: 6, strategy: "LongestFirst", stride: 0 };
  await assertSamePairs({ ...fixture("wordPiece"), truncation }, 3);
});

test("the tokenizers of llama, llama3 and byteLevel join pairs as Hugging Face does", async () => {
  for (const [name, added] of [
    ["llama", 2],
    ["llama3", 2],
    ["byteLevel", 0],
  ] as const)
    await assertSamePairs(fixture(name), added);
});

test("pairs that cannot be put together are refused in one sentence", () => {
  const ours = buildTokenizer("test", fixture("wordPiece"));
  assert.deepEqual(ours.encodePair("Kuala", "Lumpur", { maxLength: 3 }).ids, [2, 3, 3]);
  assert.throws(() => ours.encodePair("a", "b", { maxLength: 2 }), /maxLength must be a whole number >= 3.*got 2/);
  const two = { ...fixture("wordPiece"), post_processor: { type: "Sequence", processors: [turned, turned] } };
  assert.throws(() => buildTokenizer("test", two).encodePair("a", "b"), InputError);
  assert.throws(() => buildTokenizer("test", two).encodePair("a", "b"), /has no one template for pairs of texts/);
  const twice = { ...turned, pair: [text("A", 0), text("A", 1)] };
  const single = buildTokenizer("file", { ...fixture("wordPiece"), post_processor: twice });
  const whole = buildTokenizer("file", { ...fixture("wordPiece"), post_processor: turned });
  assert.deepEqual(single.encode("Kuala"), whole.encode("Kuala"));
  assert.throws(
    () => single.encodePair("a", "b"),
    /file: `post_processor\.pair` must hold the sequences A and B, once each/,
  );
});
