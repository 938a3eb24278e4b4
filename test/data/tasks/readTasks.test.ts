import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { numberField } from "../../../src/data/fields.ts";
import { readRows } from "../../../src/data/readRows.ts";
import { readBitext } from "../../../src/data/tasks/readBitext.ts";
import { readRerankingItems } from "../../../src/data/tasks/readRerankingItems.ts";
import { readStsPairs } from "../../../src/data/tasks/readStsPairs.ts";
import { readTriplets } from "../../../src/data/tasks/readTriplets.ts";

const dir = mkdtempSync(join(tmpdir(), "sulam-tasks-"));
after(() => rmSync(dir, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}

function jsonl(...rows: object[]): string {
  return file("rows.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

const pair = { sentence1: "satu", sentence2: "dua" };
const triplet = { anchor: "a", positive: "p", negative: "n" };
const item = { query: "q", positive: ["p", "r"], negative: ["n"] };

describe("a task's file gives what its measure takes", () => {
  it("JSONL, whose other fields do not matter", async () => {
    const row = { ...pair, score: 4.5, split: "test" };
    assert.deepEqual(await readStsPairs(jsonl(row)), [{ first: "satu", second: "dua", score: 4.5 }]);
    assert.deepEqual(await readTriplets(jsonl(triplet, { ...triplet, id: 2 })), [triplet, triplet]);
    assert.deepEqual(await readRerankingItems(jsonl({ ...item, idx: 0 })), [item]);
    const swapped = { sentence1: "dua", sentence2: "satu" };
    assert.deepEqual(await readBitext(jsonl(pair, swapped)), { source: ["satu", "dua"], target: ["dua", "satu"] });
  });

  it("CSV, where a score is a text and a list is one text", async () => {
    const pairs = await readStsPairs(file("sts.csv", 'sentence1,sentence2,score\nsatu,"dua, tiga",-1e-1\n'));
    assert.deepEqual(pairs, [{ first: "satu", second: "dua, tiga", score: -0.1 }]);
    const items = await readRerankingItems(file("items.csv", "query,positive,negative\nq,p,n\n"));
    assert.deepEqual(items, [{ query: "q", positive: ["p"], negative: ["n"] }]);
  });

  it("Arrow and Parquet, with their lists and 64-bit numbers", async () => {
    const sts = tableToIPC(
      tableFromArrays({ sentence1: ["satu"], sentence2: ["dua"], score: BigInt64Array.of(3n) }),
      {},
    );
    assert.deepEqual(await readStsPairs(file("sts.arrow", sts!)), [{ first: "satu", second: "dua", score: 3 }]);
    const years = [];
    for await (const row of readRows(join(import.meta.dirname, "../../fixtures/data/rows-snappy.parquet")))
      years.push(numberField(row, "year"));
    assert.deepEqual(years, [1998, 2001, -3]);
    const lists = { query: ["q"], positive: [["p", "r"]], negative: [["n"]] };
    assert.deepEqual(await readRerankingItems(file("items.arrow", tableToIPC(tableFromArrays(lists), {})!)), [item]);
  });
});

describe("a wrong row is one error with file, line, field and value", () => {
  const wrong: [string, (path: string) => Promise<unknown>, object, object, RegExp][] = [
    [
      "no second sentence",
      readStsPairs,
      { ...pair, score: 1 },
      { sentence1: "satu", score: 1 },
      /`sentence2` .* nothing/,
    ],
    [
      "a score that is a word",
      readStsPairs,
      { ...pair, score: 1 },
      { ...pair, score: "tinggi" },
      /`score` .* "tinggi"/,
    ],
    ["no score", readStsPairs, { ...pair, score: 0 }, pair, /`score` must be a number, got nothing/],
    [
      "an empty score",
      readStsPairs,
      { ...pair, score: 0 },
      { ...pair, score: " " },
      /`score` must be a number, got " "/,
    ],
    ["a score of null", readStsPairs, { ...pair, score: 0 }, { ...pair, score: null }, /`score` .* null/],
    ["a score that is a list", readStsPairs, { ...pair, score: 0 }, { ...pair, score: [3] }, /`score` .* \[3\]/],
    [
      "an empty negative",
      readTriplets,
      triplet,
      { ...triplet, negative: " " },
      /`negative` must be a non-empty text, got " "/,
    ],
    ["a list of positives", readTriplets, triplet, { ...triplet, positive: ["p"] }, /`positive` .*\["p"\]/],
    [
      "no positives",
      readRerankingItems,
      item,
      { ...item, positive: [] },
      /`positive` must hold at least one text, got \[\]/,
    ],
    ["negatives that are absent", readRerankingItems, item, { ...item, negative: undefined }, /`negative` .* nothing/],
    ["a number among texts", readRerankingItems, item, { ...item, positive: ["p", 5] }, /`positive` .*\["p",5\]/],
    ["no translation", readBitext, pair, { sentence1: "satu", sentence2: "" }, /`sentence2` .* ""/],
  ];
  for (const [name, read, good, bad, words] of wrong)
    it(name, async () => {
      await assert.rejects(read(jsonl(good, bad)), ({ message }: Error) => {
        assert.match(message, /rows\.jsonl:2: field /);
        assert.match(message, words);
        return true;
      });
    });
});
