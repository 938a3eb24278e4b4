import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../../src/base/random.ts";
import type { Table } from "../../../src/base/table.ts";
import { openEngine } from "../../../src/engine/openEngine.ts";
import { evaluateRag } from "../../../src/eval/rag/evaluateRag.ts";
import { longDocuments } from "../../../src/eval/rag/longDocuments.ts";
import type { RagSet } from "../../../src/eval/rag/ragSet.ts";

const engine = await openEngine({ threads: 1 });

/** Counts of the letters a to d. */
const letters = {
  engine,
  async encode(texts: readonly string[]) {
    const rows = texts.map((text) => [..."abcd"].map((letter) => text.split(letter).length - 1));
    return { data: Float32Array.from(rows.flat()), n: texts.length, d: 4 };
  },
};

const set: RagSet = {
  documents: [
    { id: "one", text: "aa aa\n\nbb bb\n\ncc cc" },
    { id: "two", text: "ab ab\n\ndd dd" },
  ],
  questions: [
    { question: "a", document: "one", answer: "aa aa" },
    // its passage in `two` has cosine .707, those of `one` 1 and 1
    { question: "b", document: "two", answer: "ab ab" },
    { question: "d", document: "two", answer: "dd dd" },
  ],
};
const pairs = { by: "words", words: 2, overlap: 0 } as const;
const value = ({ columns, rows }: Table, column: string, row = 0): unknown => rows[row][columns.indexOf(column)];

test("the measures are those worked out by hand", async () => {
  const table = await evaluateRag(letters, set, { chunks: [pairs, "whole"], k: [1, 2] });
  assert.deepEqual(
    table.rows.map((row) => row.slice(0, 3)),
    [
      ["words, 2 words", 5, 1],
      ["whole documents", 2, 1],
    ],
  );
  const third = 1 / 3;
  const by = (row: number): number[] =>
    ["chunkRecallAt1", "chunkRecallAt2", "documentRecallAt1", "documentRecallAt2", "answerHitAt1", "answerHitAt2"].map(
      (name) => Number(value(table, name, row)),
    );
  // b: first bb bb (1), then ab ab (.707)
  for (const [i, got] of by(0).entries())
    assert.ok(Math.abs(got - [2 * third, 1, 2 * third, 1, 2 * third, 1][i]) < 1e-12, `${by(0)}`);
  // whole: one = (4, 4, 4, 0), two = (2, 2, 0, 4); a: .577 and .408, b: .577 and .408, d: 0 and .816
  for (const [i, got] of by(1).entries())
    assert.ok(Math.abs(got - [2 * third, 1, 2 * third, 1, 2 * third, 1][i]) < 1e-12, `${by(1)}`);
});

test("an answer that a cut has parted counts in part by passage, and never as a hit", async () => {
  const parted: RagSet = {
    documents: [{ id: "x", text: "aa bb cc dd" }],
    questions: [{ question: "b", document: "x", answer: "bb cc" }],
  };
  const table = await evaluateRag(letters, parted, { chunks: [pairs, { ...pairs, words: 3, overlap: 1 }], k: [1] });
  assert.deepEqual(
    ["answerable", "chunkRecallAt1", "documentRecallAt1", "answerHitAt1"].map((name) => value(table, name)),
    [0, 0.5, 1, 0],
  );
  // aa bb cc | cc dd: the first holds it all, the second a part
  assert.deepEqual(
    ["answerable", "chunkRecallAt1", "answerHitAt1"].map((name) => value(table, name, 1)),
    [1, 0.5, 1],
  );
});

test("BM25 searches the same passages", async () => {
  const words: RagSet = {
    documents: [{ id: "x", text: "zakat fitrah\n\nharga minyak" }],
    questions: [{ question: "harga apa", document: "x", answer: "harga minyak" }],
  };
  const table = await evaluateRag("bm25", words, { chunks: [{ by: "paragraphs", words: 2, overlap: 0 }], k: [1] });
  assert.deepEqual([value(table, "passages"), value(table, "answerHitAt1")], [2, 1]);
});

test("what cannot be evaluated is told", async () => {
  const run = (change: Partial<RagSet>, k = [1]) => evaluateRag(letters, { ...set, ...change }, { chunks: [pairs], k });
  const question = set.questions[0];
  await assert.rejects(run({ questions: [] }), /there are no questions/);
  await assert.rejects(
    run({ questions: [{ ...question, document: "three" }] }),
    /document `three` of the question "a" is not there/,
  );
  await assert.rejects(
    run({ questions: [{ ...question, answer: "aaaa" }] }),
    /must stand in document `one` word for word, got "aaaa"/,
  );
  await assert.rejects(
    run({ documents: [...set.documents, set.documents[0]] }),
    /two texts of the pool have the id "one"/,
  );
  await assert.rejects(run({}, [0]), /k must be whole numbers of at least 1, got 0/);
  const nan = {
    engine,
    encode: async (texts: readonly string[]) => ({
      data: new Float32Array(texts.length).fill(Number.NaN),
      n: texts.length,
      d: 1,
    }),
  };
  await assert.rejects(evaluateRag(nan, set, { chunks: [pairs], k: [1] }), /NaN/);
});

test("long documents hold each passage once, keep domains apart, and their answers can be found", () => {
  const parts = Array.from({ length: 23 }, (_, i) => ({
    id: `${i}`,
    passage: `p${i}.`,
    question: `q${i}`,
    domain: i % 2 ? "x" : "y",
  }));
  const made = longDocuments(parts, 5, new Random(3));
  assert.deepEqual(made.documents.map(({ id }) => id).sort(), ["x-1", "x-2", "x-3", "y-1", "y-2", "y-3"]);
  assert.equal(made.questions.length, 23);
  const text = new Map(made.documents.map(({ id, text }) => [id, text.split("\n\n")]));
  for (const { question, document, answer } of made.questions) {
    assert.equal(answer, `${question.replace("q", "p")}.`);
    assert.ok(text.get(document)!.includes(answer), `${answer} is not in ${document}`);
  }
  assert.equal([...text.values()].flat().length, 23);
});
