import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { type ChunkUnit, chunkText } from "../../src/data/chunkText.ts";

const texts = (text: string, by: ChunkUnit, words: number, overlap = 0): string[] =>
  chunkText(text, { by, words, overlap }).map((chunk) => chunk.text);

test("paragraphs are put together as far as they fit, and keep their lines", () => {
  const text = "satu dua\ntiga\n\nempat lima\n\n\nenam tujuh lapan";
  assert.deepEqual(chunkText(text, { by: "paragraphs", words: 5, overlap: 0 }), [
    { text: "satu dua\ntiga\n\nempat lima", start: 0, end: 25, line: 1, endLine: 4 },
    { text: "enam tujuh lapan", start: 28, end: 44, line: 7, endLine: 7 },
  ]);
});

test("sentences end a passage where the whole paragraph does not fit", () => {
  const text = "Harga naik. Rakyat mengeluh! Apa kata menteri?\n\nTiada jawapan.";
  assert.deepEqual(texts(text, "sentences", 4), [
    "Harga naik. Rakyat mengeluh!",
    "Apa kata menteri?",
    "Tiada jawapan.",
  ]);
});

test("a unit longer than a passage is cut between words", () => {
  assert.deepEqual(texts("a b c d e", "paragraphs", 2), ["a b", "c d", "e"]);
});

test("passages overlap by whole units of at most so many words", () => {
  assert.deepEqual(texts("a b c d e", "words", 3, 1), ["a b c", "c d e"]);
  assert.deepEqual(texts("a b c d e", "words", 3, 2), ["a b c", "b c d", "c d e"]);
  // the sentence before has three words, more than may be repeated
  assert.deepEqual(texts("Satu dua tiga. Empat lima.", "sentences", 4, 2), ["Satu dua tiga.", "Empat lima."]);
});

test("a text of spaces has no passage", () => {
  for (const by of ["paragraphs", "sentences", "words"] as const) assert.deepEqual(texts(" \n\t\n ", by, 5), []);
});

test("of any text: every word once, in order, in passages that are not too long and say where they stand", () => {
  const random = new Random(7);
  const alphabet = ["kata", "a.", "Apa?", "\n", "\n\n", " ", "  ", "😀", "\u0300x", "\r\n", "، سلام"];
  for (let round = 0; round < 300; round++) {
    const parts = Array.from({ length: random.int(40) }, () => alphabet[random.int(alphabet.length)]);
    const text = parts.join(random.int(2) ? " " : "");
    const by = (["paragraphs", "sentences", "words"] as const)[round % 3];
    const words = 1 + random.int(6);
    const overlap = round % 2 ? random.int(words) : 0;
    const chunks = chunkText(text, { by, words, overlap });
    let covered = 0;
    for (const { text: passage, start, end, line, endLine } of chunks) {
      assert.equal(text.slice(start, end), passage);
      assert.equal(line, text.slice(0, start).split("\n").length);
      assert.equal(endLine, text.slice(0, end).split("\n").length);
      const count = passage.match(/\S+/gu)?.length ?? 0;
      assert.ok(count >= 1 && count <= words, `${count} of ${words} words: ${JSON.stringify(passage)}`);
      if (start > covered) assert.match(text.slice(covered, start), /^\s*$/u);
      if (overlap === 0) assert.ok(start >= covered, "passages overlap");
      assert.ok(end > covered, "a passage adds nothing");
      covered = end;
    }
    assert.match(text.slice(covered), /^\s*$/u);
  }
});

test("settings that cannot be are refused", () => {
  assert.throws(() => chunkText("a", { by: "words", words: 0, overlap: 0 }), /words must be .* at least 1, got 0/);
  assert.throws(() => chunkText("a", { by: "words", words: 3, overlap: 3 }), /overlap must be in 0 \.\. 2, got 3/);
});
