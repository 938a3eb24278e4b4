import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadNoiseTables } from "../../src/augment/loadNoiseTables.ts";
import { readNoiseTable } from "../../src/augment/readNoiseTable.ts";

const folder = mkdtempSync(join(tmpdir(), "sulam-noise-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const shipped = fileURLToPath(new URL("../../datasets/malay-noise/", import.meta.url));

test("the shipped tables: six dialects, neighbours that are mutual, particles for both signs", async () => {
  const tables = await loadNoiseTables();
  const dialects = ["kedah", "kelantan", "negeri-sembilan", "sabah", "sarawak", "terengganu"];
  assert.deepEqual(Object.keys(tables.dialects), dialects);
  assert.equal(tables.keyboard.words.size, 26);
  for (const [key, beside] of tables.keyboard.words)
    for (const other of beside) assert.ok(tables.keyboard.words.get(other)?.includes(key), `${key} and ${other}`);
  assert.deepEqual([...tables.particle.words.keys()], [".", "?"]);
});

test("another table gives another hash, so that rows name what made them", async () => {
  const copy = join(folder, "copy");
  cpSync(shipped, copy, { recursive: true });
  const { sha256 } = await loadNoiseTables(copy);
  assert.equal(sha256, (await loadNoiseTables()).sha256);
  writeFileSync(join(copy, "dialect-johor.tsv"), "form\tvariants\tnote\napa\tape\t\n");
  const more = await loadNoiseTables(copy);
  assert.notEqual(more.sha256, sha256);
  assert.equal(more.dialects.johor.words.get("apa")?.[0], "ape");
});

test("a table that cannot be used is refused with its file and line", async () => {
  const path = join(folder, "bad.tsv");
  const head = "form\tvariants\tnote\n";
  const cases: [string, RegExp][] = [
    ["kata,lain\n", /bad\.tsv:1: the header must be form, variants, note/],
    [head, /bad\.tsv: has no forms/],
    [`# words\n${head}yang\tyg\t\nyang\tyg\t\n`, /bad\.tsv:4: `yang` stands twice/],
    [`${head}yang\t\t\n`, /bad\.tsv:2: a line must hold a form and its variants/],
    [`${head}yang\tyg, yang\t\n`, /bad\.tsv:2: `yang` is a variant of itself/],
    [`${head}-an\te\t\n`, /bad\.tsv:2: `-an` is an ending/],
  ];
  for (const [text, words] of cases) {
    writeFileSync(path, text);
    await assert.rejects(readNoiseTable(path), words);
  }
  await assert.rejects(loadNoiseTables(join(folder, "absent")), /absent: cannot be read/);
});
