import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readExamples } from "../../src/data/readExamples.ts";

const path = join(await mkdtemp(join(tmpdir(), "sulam-examples-")), "pairs.jsonl");

async function examples(...rows: unknown[]) {
  await writeFile(path, rows.map((row) => JSON.stringify(row)).join("\n"));
  return readExamples(path);
}

describe("readExamples", () => {
  it("reads pairs, and the seed's own {query, pos, neg} form", async () => {
    assert.deepEqual(
      await examples({ query: "q", positive: "p", extra: 1 }, { query: "q", pos: ["a", "b"], neg: ["c"], group: "g" }),
      [
        { query: "q", pos: ["p"], neg: [] },
        { query: "q", pos: ["a", "b"], neg: ["c"], group: "g" },
      ],
    );
  });

  it("reads the forms that sentence-transformers trains on, with all their negatives", async () => {
    assert.deepEqual(
      await examples(
        { anchor: "a", positive: "p", negative: "n" },
        { query: "q", positive: "p", negative_1: "n", negative_2: "m", negative_10: "o" },
      ),
      [
        { query: "a", pos: ["p"], neg: ["n"] },
        { query: "q", pos: ["p"], neg: ["n", "m", "o"] },
      ],
    );
    await assert.rejects(examples({ query: "q", positive: "p", negative_1: 7 }), /`negative_1` must be a list/);
    assert.deepEqual(await examples({ query: null, anchor: "a", positive: "p" }), [
      { query: "a", pos: ["p"], neg: [] },
    ]);
    // what CSV makes of a row with fewer, and an anchor that is something else
    assert.deepEqual(await examples({ query: "q", anchor: "#3", positive: "p", negative_1: "n", negative_2: "" }), [
      { query: "q", pos: ["p"], neg: ["n"] },
    ]);
  });

  it("tells the group and the domain of a row that names them", async () => {
    assert.deepEqual(await examples({ query: "q", positive: "p", group: "g", domain: "berita" }), [
      { query: "q", pos: ["p"], neg: [], group: "g", domain: "berita" },
    ]);
    // a class label
    assert.deepEqual(await examples({ query: "q", positive: "p", domain: 3 }), [{ query: "q", pos: ["p"], neg: [] }]);
  });

  it("leaves out rows that are there to be measured, and tells of each", async () => {
    const rows = ["train", "test", "dev", undefined].map((split, i) => ({ query: `q${i}`, positive: "p", split }));
    assert.deepEqual(
      (await examples(...rows)).map(({ query }) => query),
      ["q0", "q3"],
    );
    let leftOut = 0;
    await readExamples(path, () => leftOut++);
    assert.equal(leftOut, 2);
    await assert.rejects(examples(rows[1]), /pairs\.jsonl: no row has the split train/);
  });

  it("names file, line, field and value of a bad row", async () => {
    const pair = { query: "q", positive: "p" };
    await assert.rejects(
      examples(pair, { query: 3, positive: "p" }),
      /pairs\.jsonl:2: field `query` must be a non-empty text, got 3/,
    );
    await assert.rejects(
      examples(pair, { query: "q", positive: "" }),
      /:2: field `positive` must be a non-empty text, got ""/,
    );
    await assert.rejects(
      examples(pair, { query: "q", pos: ["a", 5] }),
      /:2: field `pos` must be a list of non-empty texts, got \["a",5\]/,
    );
    await assert.rejects(
      examples(pair, { query: "q", pos: [] }),
      /:2: a row must have a text `positive` or a list `pos`/,
    );
  });
});
