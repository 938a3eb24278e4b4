import assert from "node:assert/strict";
import { test } from "node:test";
import { ragTexts } from "../../../src/eval/rag/ragTexts.ts";

const texts = (text: string, answer: string): string[] =>
  ragTexts({ documents: [{ id: "x", text }], questions: [{ question: "apa", document: "x", answer }] });

test("a question stands with the paragraph, or the paragraphs, in which its answer stands", () => {
  const document = "satu dua\n\ntiga empat\nlima\n \nenam";
  assert.deepEqual(texts(document, "empat"), ["apa", "tiga empat\nlima"]);
  assert.deepEqual(texts(document, "satu"), ["apa", "satu dua"]);
  assert.deepEqual(texts(document, "enam"), ["apa", "enam"]);
  assert.deepEqual(texts(document, "dua\n\ntiga"), ["apa", "satu dua\n\ntiga empat\nlima"]);
});

test("of a long paragraph only the sentences around the answer count, and a long answer counts whole", () => {
  // sentences of 20 words: three are 60
  const sentences = Array.from({ length: 9 }, (_, i) => `${`kata${i} `.repeat(19)}akhir${i}.`);
  const paragraph = sentences.join(" ");
  assert.deepEqual(texts(paragraph, "akhir4"), ["apa", sentences.slice(3, 6).join(" ")]);
  const answer = sentences.slice(2, 4).join(" ");
  assert.deepEqual(texts(paragraph, answer), ["apa", sentences.slice(0, 6).join(" ")]);
});

test("an answer that is not there leaves the question alone, for the evaluation to tell", () => {
  assert.deepEqual(texts("satu dua", "tiga"), ["apa"]);
  assert.deepEqual(ragTexts({ documents: [], questions: [{ question: "q", document: "x", answer: "a" }] }), ["q"]);
});
