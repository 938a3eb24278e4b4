import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { readTrainingTexts } from "../../src/data/readTrainingTexts.ts";
import { formatMined, minedFormats } from "../../src/mine/formatMined.ts";

const dir = mkdtempSync(join(tmpdir(), "sulam-training-"));
after(() => rmSync(dir, { recursive: true, force: true }));

function texts(rows: Iterable<object>): Promise<string[]> {
  const path = join(dir, "rows.jsonl");
  writeFileSync(path, [...rows].map((row) => `${JSON.stringify(row)}\n`).join(""));
  return readTrainingTexts(path);
}

it("no text of a training file is overlooked, whatever form of training rows it has", async () => {
  const mined = {
    query: "tanya",
    positives: [{ text: "betul", score: 1 }],
    negatives: ["salah satu", "salah dua"].map((text) => ({ text, score: 0 })),
  };
  for (const format of minedFormats) {
    const found = await texts(formatMined([mined], { format, perQuery: 2 }));
    assert.deepEqual(found.sort(), ["betul", "salah dua", "salah satu", "tanya"], format);
  }
  const forms: [object, string[]][] = [
    [{ query: "a", positive: "b" }, ["a", "b"]],
    [{ query: "a", pos: ["b", "c"], neg: ["d"] }, ["a", "b", "c", "d"]],
    [{ anchor: "a", positive: "b", negative: "c" }, ["a", "b", "c"]],
    [{ sentence1: "a", sentence2: "b", score: 3 }, ["a", "b"]],
    [{ query: "a", positive: ["b"], negative: ["c", "d"] }, ["a", "b", "c", "d"]],
    [{ question: "a", context: "b" }, ["a", "b"]],
    [{ text: "a" }, ["a"]],
  ];
  for (const [row, want] of forms) assert.deepEqual((await texts([row])).sort(), want, JSON.stringify(row));
});

it("a file in which nothing is a text is refused", async () => {
  await assert.rejects(texts([{ id: "a", label: 1, text: " " }]), /no row has a text in text, query, .*sentence2/);
});
