import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cli, scratch } from "./cli.ts";

const model = join(import.meta.dirname, "../fixtures/model/st6-bert");
const folder = scratch();
const texts = join(folder, "texts");
const index = join(folder, "index");
mkdirSync(texts);
writeFileSync(join(texts, "a.md"), "# Zakat\n\nBayaran zakat dibuat pada akhir tahun.\n");
writeFileSync(join(texts, "b.txt"), "Kereta api ke utara bertolak pagi.\n");

test("an index is made, searched, and found again without naming the model", async () => {
  const made = await cli(["index", texts, "--model", model, "--index", index, "--words", "7", "--json"]);
  assert.equal(made.code, 0, made.err);
  const report = JSON.parse(made.out);
  assert.deepEqual(report, { index, files: 2, passages: 3, read: 2, encoded: 3, removed: 0, skipped: {} });
  const query = "Kereta api ke utara bertolak pagi.";
  const found = await cli(["search", query, "--index", index, "--json", "-k", "2"]);
  assert.equal(found.code, 0, found.err);
  const hits = JSON.parse(found.out);
  assert.equal(hits.length, 2);
  assert.deepEqual([hits[0].file, hits[0].line, hits[0].text], ["b.txt", 1, query]);
  assert.ok(Math.abs(hits[0].score - 1) < 1e-5, `the same text has cosine ${hits[0].score}`);
  const words = await cli(["search", "bayaran zakat", "--index", index, "--hybrid", "3"]);
  assert.match(words.out, /^\d\.\d{3} {2}a\.md:3\n {7}Bayaran zakat dibuat/, words.err);
});

test("no index, and another length of texts, are told", async () => {
  const none = await cli(["search", "apa", "--index", join(folder, "none")]);
  assert.equal(none.code, 1);
  assert.match(none.err, /there is no index in .*none\. Make one: sulam index FOLDER\./);
  const other = await cli(["search", "apa", "--index", index, "--max-length", "8"]);
  assert.equal(other.code, 1);
  assert.match(other.err, /other weights or settings of a model/);
});
