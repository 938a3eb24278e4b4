import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { readQuestionRows, readSimilarityRows } from "../../src/data/readPoolRows.ts";
import { readPublished } from "../../src/data/readPublished.ts";

const folder = mkdtempSync(join(tmpdir(), "sulam-pool-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(...rows: object[]): string {
  const path = join(folder, "pool.jsonl");
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return path;
}

describe("rows of the similarity task", () => {
  it("are trimmed, and lose empty texts and rows without a query, as the authors' own script does", async () => {
    const rows = await readSimilarityRows(
      file(
        { query: " satu ", pos: ["dua\n", "", "  "], neg: ["tiga"] },
        { query: "", pos: ["empat"], neg: [] },
        { id: "own", query: "lima", pos: [], group: "g", topic: "t" },
      ),
    );
    assert.deepEqual(rows, [
      { id: "1", query: "satu", pos: ["dua"], neg: ["tiga"], group: "1", topic: undefined },
      { id: "own", query: "lima", pos: [], neg: [], group: "g", topic: "t" },
    ]);
  });

  it("say what is wrong with line and value: bare texts, duplicate ids, no lists, no rows", async () => {
    const row = { id: "a", query: "satu", pos: ["dua"] };
    const bad: [object[], RegExp][] = [
      [
        [{ id: "b.cari-0", text: "satu" }],
        /:1: the row is a bare text: which texts are queries, .* is lost\. Give rows/,
      ],
      [[row, row], /:2: id "a" stands already at .*:1/],
      [[row, { query: "tiga", pos: "empat" }], /:2: field `pos` must be a list of texts, got "empat"/],
      [[{ query: "tiga", pos: [1] }], /:1: field `pos` must be a list of texts, got \[1\]/],
      [[{ query: 5, pos: [] }], /:1: field `query` must be a text, got 5/],
      [[{ query: " ", pos: ["x"] }], /has no row with a query/],
      [[], /has no rows/],
    ];
    for (const [rows, words] of bad) await assert.rejects(readSimilarityRows(file(...rows)), words, String(words));
  });
});

describe("rows of the RAG task", () => {
  it("are trimmed, and lose rows without a question", async () => {
    const rows = await readQuestionRows(
      file(
        { question: " apa? ", context: " ini " },
        { question: "", context: "itu" },
        { id: "z", question: "q", context: "c" },
      ),
    );
    assert.deepEqual(rows, [
      { id: "1", question: "apa?", context: "ini", group: "1" },
      { id: "z", question: "q", context: "c", group: "z" },
    ]);
  });

  it("say what is wrong: no question, no context", async () => {
    await assert.rejects(readQuestionRows(file({ query: "x", pos: ["y"] })), /must have a text `question`.* Give rows/);
    await assert.rejects(readQuestionRows(file({ question: "x" })), /field `context` must be a non-empty text/);
  });
});

describe("the published results", () => {
  it("are the 53 that were collected, each a count of successes over the searches it names", async () => {
    const results = [...(await readPublished("similarity")), ...(await readPublished("rag"))];
    assert.equal(results.length, 53);
    for (const { dataset, model, scored, recall } of results) {
      for (const share of Object.values(recall)) {
        const found = share * scored;
        // rounded to 6 decimals
        assert.ok(Math.abs(found - Math.round(found)) <= scored * 5e-7 + 1e-9, `${dataset} ${model}: ${found}`);
      }
      const rising = [1, 3, 5, 10].map((k) => recall[k]);
      assert.deepEqual(
        rising,
        [...rising].sort((a, b) => a - b),
        `${dataset} ${model}`,
      );
    }
    assert.equal(new Set(results.map(({ dataset, model }) => `${dataset}/${model}`)).size, 53);
  });

  it("have the hash that their card tells", () => {
    const read = (name: string): Buffer => readFileSync(new URL(`../../datasets/published/${name}`, import.meta.url));
    const sha256 = createHash("sha256").update(read("results.json")).digest("hex");
    assert.ok(read("README.md").toString().includes(sha256), sha256);
  });
});
