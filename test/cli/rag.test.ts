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
