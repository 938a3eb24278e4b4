import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cli, scratch } from "./cli.ts";

const folder = scratch();
const path = (name: string): string => join(folder, name);

test("files of documents and questions give a table, and so does malay-mini alone", async () => {
  writeFileSync(path("d.jsonl"), '{"id":"x","text":"zakat fitrah\\n\\nharga minyak"}\n');
  writeFileSync(path("q.jsonl"), '{"question":"harga apa","document":"x","answer":"harga minyak"}\n');
  const files = ["--documents", path("d.jsonl"), "--questions", path("q.jsonl")];
  const { code, out, err } = await cli([
    "rag",
    "bm25",
    ...files,
    "--chunks",
    "whole,paragraphs:2",
    "--k",
    "1",
    "--json",
  ]);
  assert.equal(code, 0, err);
  const { columns, rows } = JSON.parse(out);
  assert.deepEqual(columns.slice(0, 4), ["chunks", "passages", "answerable", "chunkRecallAt1"]);
  assert.deepEqual(
    rows.map((row: unknown[]) => row.slice(0, 4)),
    [
      ["whole documents", 1, 1, 1],
      ["paragraphs, 2 words", 2, 1, 1],
    ],
  );
  const mini = await cli(["rag", "bm25", "--chunks", "paragraphs:128", "--k", "5"]);
  assert.equal(mini.code, 0, mini.err);
  assert.match(mini.err, /720 questions, 30 documents/);
  assert.match(mini.out, /^chunks +passages +answerable +passage R@5/);
});

test("half of the files, and a list that is none, exit 2", async () => {
  for (const args of [
    ["--documents", path("d.jsonl")],
    ["--chunks", "pages:3"],
    ["--k", "0"],
  ])
    assert.equal((await cli(["rag", "bm25", ...args])).code, 2, args.join(" "));
  writeFileSync(path("bad.jsonl"), '{"question":"q","document":"x"}\n');
  const { code, err } = await cli(["rag", "bm25", "--documents", path("d.jsonl"), "--questions", path("bad.jsonl")]);
  assert.equal(code, 1);
  assert.match(err, /bad\.jsonl:1: field `answer` must be a non-empty text, got nothing/);
});

test("a training file that holds a question, or the passage that answers it, stops the evaluation", async () => {
  const filler = Array.from({ length: 80 }, (_, i) => `Baris ${i} tentang hal lain.`).join(" ");
  const documents = [
    { id: "x", text: "zakat fitrah\n\nharga minyak naik di pasar\n\nhujan" },
    { id: "y", text: `${filler} Yuran masuk ke taman itu ialah lima ringgit seorang bagi orang dewasa. ${filler}` },
  ];
  const questions = [
    { question: "harga apa", document: "x", answer: "minyak" },
    { question: "berapa yuran", document: "y", answer: "lima ringgit" },
  ];
  for (const [name, rows] of Object.entries({ documents, questions }))
    writeFileSync(path(`${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const asked = ["rag", "bm25", "--documents", path("documents.jsonl"), "--questions", path("questions.jsonl")];
  const trained = (...texts: string[]): string[] => {
    writeFileSync(path("training.jsonl"), texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));
    return [...asked, "--chunks", "whole", "--training", path("training.jsonl")];
  };
  for (const [text, words] of [
    ["Harga apa?", /training has seen 1 of 4 test texts \(1 normalised\), the first: "harga apa"/],
    ["harga minyak naik di pasar", /1 exact\), the first: "harga minyak naik di pasar"/],
    // the document, which is long, and the answer's place in it
    [documents[1].text, /1 of 4 test texts \(1 window\)/],
  ] as const) {
    const { code, out, err } = await cli(trained(text));
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, words);
    assert.match(err, /`--allow-leaks`/);
  }
  // neither other paragraphs nor the answer's word alone, in another text
  const clean = await cli([...trained("zakat fitrah", "minyak kelapa", filler.slice(0, 300)), "--json"]);
  assert.equal(clean.code, 0, clean.err);
  assert.equal(JSON.parse(clean.out).leaks, 0);
  const allowed = await cli([...trained("harga apa", "hujan"), "--allow-leaks"]);
  assert.equal(allowed.code, 0, allowed.err);
  assert.match(allowed.err, /Leaks: training has seen 1 of the questions and answering passages\./);
  const unasked = await cli([...asked, "--chunks", "whole"]);
  assert.match(unasked.err, /Leaks: not looked for \(--training FILE/);
  assert.deepEqual(Object.keys(JSON.parse((await cli([...asked, "--json"])).out)), ["columns", "rows"]);
});
