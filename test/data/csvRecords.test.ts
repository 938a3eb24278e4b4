import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { InputError } from "../../src/base/errors.ts";
import { csvRecords, type RecordCells } from "../../src/data/csvRecords.ts";

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "sulam-csv-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function all(path: string): Promise<RecordCells[]> {
  const records: RecordCells[] = [];
  for await (const record of csvRecords(path)) records.push(record);
  return records;
}

test("records keep texts in quotes as they stand, and tell nothing from the empty text", async (t) => {
  const file = join(folder(t), "a.csv.gz");
  writeFileSync(file, gzipSync('\ufeffa,"b\r\n""c""",\r\n\r\n"",x y,"a,b"\r\n'));
  assert.deepEqual(await all(file), [
    { line: 2, cells: ["a", 'b\r\n"c"', null] },
    { line: 4, cells: ["", "x y", "a,b"] },
  ]);
});

test("a file that is none, is damaged or breaks off in a quote is told", async (t) => {
  const dir = folder(t);
  writeFileSync(join(dir, "cut.csv"), 'a\n"b\n');
  writeFileSync(join(dir, "bad.csv.gz"), "no gzip");
  for (const [name, words] of [
    ["nowhere.csv", /nowhere\.csv: there is no such file/],
    [".", /is a folder/],
    ["cut.csv", /cut\.csv:\d: Quote Not Closed/],
    ["bad.csv.gz", /bad\.csv\.gz: its gzip is damaged/],
  ] as const)
    await assert.rejects(all(join(dir, name)), (error) => error instanceof InputError && words.test(error.message));
});
