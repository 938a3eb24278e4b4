// Solutions to the exercises of 08-paper-tables.ipynb. Each asserts what it claims, so the tests notice when it stops being so.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { correctedRag, loadDataset, paperRag, paperSimilarity } from "sulam";

const { test } = (await loadDataset("malay-mini")).split();

// 1. A positive of m has the query and m - 1 positives as near texts: R@1 expects 1 / m, R@3 min(1, 3 / m).
const fields = ["paraphrase", "english", "queryColloquial", "query", "indonesian"];
for (const count of [2, 3, 5]) {
  const rows = test.rows.map((row) => {
    const pos = fields.slice(0, count).map((field) => row[field]);
    return { id: row.id, query: row.passage, pos, neg: [], group: row.id };
  });
  const { ceiling } = paperSimilarity(rows);
  console.log(`1. ${count} positives: R@1 ${ceiling(1).toFixed(3)}, R@3 ${ceiling(3).toFixed(3)}`);
  for (const k of [1, 3]) assert.ok(Math.abs(ceiling(k) - Math.min(1, k / count)) < 1e-9);
}

// 2. Two equal contexts, one of which counts: either question finds its own half the time. Sound: they are one context.
const questions = test.rows.map(({ id, query, passage }) => ({ id, question: query, context: passage, group: id }));
const again = { ...questions[0], id: "again", question: test.rows[0].queryColloquial };
const [paper, sound] = [paperRag({ rows: [...questions, again] }), correctedRag({ rows: [...questions, again] })];
console.log(
  `2. R@1 ${paper.ceiling(1).toFixed(4)} of ${paper.documents.length}, ${sound.ceiling(1)} of ${sound.documents.length}`,
);
assert.ok(Math.abs(paper.ceiling(1) - (179 + 2 * 0.5) / 181) < 1e-9);
assert.deepEqual([sound.ceiling(1), sound.documents.length], [1, 180]);

// 3. On all four, but for 9 of 136 pairs only: R@1 orders most models as R@10 does, and presses the best together.
interface Printed {
  task: string;
  dataset: string;
  model: string;
  recall: Record<string, number>;
}
const file = new URL("../../datasets/published/results.json", import.meta.url);
const printed: Printed[] = JSON.parse(readFileSync(file, "utf8")).rows;
const counts: Record<string, [number, number]> = {};
for (const [i, a] of printed.entries())
  for (const b of printed.slice(i + 1)) {
    if (a.task !== "similarity" || a.dataset !== b.dataset) continue;
    const [at1, at10] = ["1", "10"].map((k) => Math.sign(a.recall[k] - b.recall[k]));
    counts[a.dataset] ??= [0, 0];
    counts[a.dataset][0] += Number(at1 !== at10);
    counts[a.dataset][1]++;
  }
for (const [name, [turned, pairs]] of Object.entries(counts)) console.log(`3. ${name}: ${turned} of ${pairs} pairs`);
assert.deepEqual(counts, {
  "b.cari.com.my": [2, 36],
  "c.cari.com.my": [1, 28],
  "malay-news": [2, 36],
  twitter: [4, 36],
});
