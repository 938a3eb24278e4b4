import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { checkDataset } from "../../../src/data/collect/checkDataset.ts";
import { splitDataset } from "../../../src/data/collect/splitDataset.ts";
import { loadDataset } from "../../../src/data/loadDataset.ts";

const dir = mkdtempSync(join(tmpdir(), "sulam-split-"));
after(() => rmSync(dir, { recursive: true, force: true }));

function file(name: string, rows: readonly object[]): string {
  writeFileSync(join(dir, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return join(dir, name);
}

const long = Array.from({ length: 30 }, (_, i) => `perkataan${i}`).join(" ");

describe("splitDataset", () => {
  it("deals malay-mini by topic, near its shares, another way for each seed and the same for one", async () => {
    const dealt = [];
    for (const [name, seed] of [
      ["a", 1],
      ["b", 1],
      ["c", 2],
    ] as const) {
      const folder = join(dir, name);
      const { rows, groups, largest } = await splitDataset("malay-mini", folder, { test: 0.2, dev: 0.1, seed });
      assert.deepEqual([groups, largest], [144, 5]);
      assert.ok(Math.abs(rows.test - 144) <= 3 && Math.abs(rows.dev - 72) <= 3, JSON.stringify(rows));
      dealt.push(readFileSync(join(folder, "rows.jsonl"), "utf8"));
      const { train, dev, test } = (await loadDataset(folder)).split();
      const topics = [train, dev, test].map((part) => new Set(part.rows.map((row) => row.topic)));
      assert.equal(topics[0].size + topics[1].size + topics[2].size, 144);
      assert.equal(train.rows.length + dev.rows.length + test.rows.length, 720);
    }
    assert.equal(dealt[0], dealt[1]);
    assert.notEqual(dealt[0], dealt[2]);
  });

  it("keeps texts that are alike, and equal questions, on one side, whatever their group", async () => {
    const rows = Array.from({ length: 200 }, (_, i) => ({
      id: `${i}`,
      group: `g${i}`,
      query: i % 4 === 3 ? `soalan ${i - 1}` : `soalan ${i}`,
      passage: i % 4 === 1 ? `${long} ${i - 1} x` : i % 4 === 0 ? `${long} ${i} y` : `jawapan ${i} ${i * 7}`,
    }));
    // rows 4n and 4n + 1 are alike only to each other: their long texts differ in every word
    for (const row of rows) row.passage = row.passage.replaceAll("perkataan", `kata${Math.floor(Number(row.id) / 4)}n`);
    const path = file("alike.jsonl", rows);
    const { groups } = await splitDataset(path, join(dir, "alike"), { test: 0.3, dev: 0.2, seed: 5 });
    assert.equal(groups, 100);
    const side = new Map<string, string>();
    for (const row of (await loadDataset(join(dir, "alike"))).rows) side.set(row.id, row.split);
    for (let i = 0; i < 200; i += 2) assert.equal(side.get(`${i}`), side.get(`${i + 1}`), `rows ${i} and ${i + 1}`);
    assert.deepEqual((await checkDataset(join(dir, "alike"))).problems, []);
  });

  it("refuses shares that leave nothing for train", async () => {
    await assert.rejects(
      splitDataset("malay-mini", join(dir, "none"), { test: 0.5, dev: 0.5, seed: 0 }),
      /below 1 together/,
    );
  });
});

describe("checkDataset", () => {
  it("finds each fault that was put into a dataset, with its row, and nothing else", async () => {
    const rows = [
      { id: "a", group: "1", split: "train", query: "soalan satu", passage: `${long} akhir` },
      { id: "b", group: "2", split: "test", query: "soalan dua", passage: `${long} hujung` },
      { id: "c", group: "3", split: "dev", query: "Soalan satu?", passage: "teks tiga" },
      { id: "d", group: "4", split: "train", query: "soalan empat", passage: "teks empat" },
      { id: "d", group: "5", split: "train", query: "soalan lima", passage: "teks lima" },
      { id: "e", group: "4", split: "test", query: "soalan enam", passage: "teks enam" },
      { id: "f", group: "6", split: "train", query: "soalan empat", passage: "teks empat" },
      { id: "g", group: "7", split: "train", query: "soalan tujuh", passage: "" },
      { id: "h", group: "8", split: "trian", query: "soalan lapan", passage: "teks lapan" },
      { id: "i", group: "9", split: "train", query: "soalan empat", passage: "Teks: empat" },
    ];
    const report = await checkDataset(file("faults.jsonl", rows));
    const found = Object.fromEntries(
      report.problems.map(({ kind, count, examples }) => [kind, [count, examples.join("\n")]]),
    );
    assert.deepEqual(Object.keys(found).sort(), ["duplicate", "field", "id", "leak", "split"]);
    assert.deepEqual(
      ["duplicate", "field", "id", "leak", "split"].map((kind) => found[kind][0]),
      [1, 1, 1, 2, 2],
    );
    assert.match(String(found.duplicate[1]), /faults\.jsonl:7: the same as row `d`/);
    assert.match(String(found.field[1]), /faults\.jsonl:8: field `passage` must be a non-empty text/);
    assert.match(String(found.id[1]), /faults\.jsonl:5: id "d" stands already/);
    assert.match(String(found.leak[1]), /`b` \(test\) and `a` \(train\)[\s\S]*`c` \(dev\) and `a` \(train\)/);
    assert.match(
      String(found.split[1]),
      /faults\.jsonl:6: group `4` stands in train and in test[\s\S]*row `h`: field `split` must be .*"trian"/,
    );
    assert.deepEqual([report.rows, report.nearDuplicates], [10, 1]);
  });

  it("finds malay-mini sound", async () => {
    const { problems, rows, nearDuplicates } = await checkDataset("malay-mini");
    assert.deepEqual([problems, rows, nearDuplicates], [[], 720, 0]);
  });
});
