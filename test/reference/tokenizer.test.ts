import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { registeredFolder } from "../../src/model/registered.ts";
import { loadTokenizer } from "../../src/tokenizer/loadTokenizer.ts";
import { trainBpe } from "../../src/tokenizer/trainBpe.ts";
import { ask, malayMini, scratch, skip } from "./python.ts";

interface Answer {
  ids: number[][];
  decoded: string[];
}

const rows = malayMini();
const corpus = rows.map(({ passage }) => passage);
const texts = [...rows.flatMap(({ query, english, thai, mandarin }) => [query, english, thai, mandarin]), ...fuzz(300)];

/** Mixtures of letters, blanks, controls, Jawi, Thai, CJK, emoji with joiners, combining marks, and Llama's own mark. */
function fuzz(count: number): string[] {
  const random = new Random(11);
  const ranges = [
    [32, 126],
    [0, 31],
    [0x600, 0x6ff],
    [0xe00, 0xe7f],
    [0x4e00, 0x4eff],
    [0x1f600, 0x1f64f],
    [0x300, 0x36f],
    [0x2000, 0x206f],
    [0x2581, 0x2581],
  ];
  const one = () => {
    const [from, to] = ranges[random.int(ranges.length)];
    return String.fromCodePoint(from + random.int(to - from + 1));
  };
  return [
    "",
    " ",
    "  ",
    "\n",
    ...Array.from({ length: count }, () => Array.from({ length: random.int(30) }, one).join("")),
  ];
}

describe("ids and decoded texts equal those of Hugging Face tokenizers", { skip }, () => {
  for (const train of ["llama", "byteLevel"] as const) {
    test(`BPE trained there, form ${train}`, () => {
      const file = join(scratch(), "tokenizer.json");
      const { ids, decoded } = ask<Answer>("tokenizers_ids.py", { train, corpus, vocabSize: 3000, file, texts });
      const tokenizer = loadTokenizer(file);
      assert.deepEqual(tokenizer.encodeBatch(texts), ids);
      assert.deepEqual(
        ids.map((some) => tokenizer.decode(some, { skipSpecialTokens: true })),
        decoded,
      );
    });

    test(`BPE trained here, form ${train}`, () => {
      const tokenizer = trainBpe(corpus, { vocabSize: 3000, form: train });
      const file = join(scratch(), "tokenizer.json");
      writeFileSync(file, tokenizer.toJson());
      const { ids, decoded } = ask<Answer>("tokenizers_ids.py", { file, texts });
      assert.deepEqual(tokenizer.encodeBatch(texts), ids);
      assert.deepEqual(
        ids.map((some) => tokenizer.decode(some, { skipSpecialTokens: true })),
        decoded,
      );
    });
  }

  test("WordPiece of all-MiniLM-L6-v2", async () => {
    const minilm = await registeredFolder("minilm");
    const file = join(minilm ?? "", "tokenizer.json");
    const { ids } = ask<Answer>("tokenizers_ids.py", { file, texts });
    assert.deepEqual(loadTokenizer(file).encodeBatch(texts), ids);
  });
});
