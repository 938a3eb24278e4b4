import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { InputError } from "../../src/base/errors.ts";
import { readRows } from "../../src/data/readRows.ts";

const fixtures = fileURLToPath(new URL("../fixtures/data/", import.meta.url));
const dir = await mkdtemp(join(tmpdir(), "sulam-rows-"));

async function rowsOf(path: string): Promise<Record<string, unknown>[]> {
  const rows = [];
  for await (const { values } of readRows(path)) rows.push({ ...values });
  return rows;
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, content);
  return path;
}

const expected = readFileSync(`${fixtures}rows.jsonl`, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

describe("readRows", () => {
  const same = ["rows.jsonl", "rows.jsonl.gz", "rows-snappy.parquet", "rows-gzip.parquet", "rows-brotli.parquet"];
  for (const name of [...same, "rows-none.parquet", "rows.feather", "rows.arrow"]) {
    it(`reads ${name} as pyarrow wrote it`, async () => {
      const rows = await rowsOf(fixtures + name);
      const plain = JSON.parse(JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? Number(value) : value)));
      assert.deepEqual(plain, expected);
    });
  }

  it("reads rows.csv as Python's csv wrote it, all values as texts", async () => {
    assert.deepEqual(
      await rowsOf(`${fixtures}rows.csv`),
      expected.map(({ id, passage, query, year }) => ({ id, passage, query, year: String(year) })),
    );
  });

  it("says in which line or row a value stands", async () => {
    const places = [];
    for (const name of ["rows.jsonl", "rows.csv", "rows-snappy.parquet", "rows.arrow"])
      for await (const { where } of readRows(fixtures + name)) places.push(where.slice(fixtures.length));
    assert.deepEqual(places.slice(0, 3), ["rows.jsonl:1", "rows.jsonl:2", "rows.jsonl:3"]);
    assert.deepEqual(places.slice(3, 6), ["rows.csv:2", "rows.csv:4", "rows.csv:5"]);
    assert.deepEqual(
      places.slice(6),
      [1, 2, 3].map((i) => `rows-snappy.parquet row ${i}`).concat([1, 2, 3].map((i) => `rows.arrow row ${i}`)),
    );
  });

  it("skips a byte order mark, blank lines and carriage returns, and needs no last line end", async () => {
    assert.deepEqual(await rowsOf(await file("bom.jsonl", '\ufeff{"a":1}\r\n\r\n{"a":2}')), [{ a: 1 }, { a: 2 }]);
    assert.deepEqual(await rowsOf(await file("bom.csv", "\ufeffa,b\r\n1,2\r\n")), [{ a: "1", b: "2" }]);
    assert.deepEqual(await rowsOf(await file("t.tsv", "a\tb\n1,5\t2\n")), [{ a: "1,5", b: "2" }]);
  });

  it("joins lines that lie across chunks, at every cut", async () => {
    const rows = Array.from({ length: 40_000 }, (_, i) => ({ id: `${i}`, text: "é😀".repeat(i % 17) }));
    const path = await file("long.jsonl", gzipSync(rows.map((row) => JSON.stringify(row)).join("\n")));
    assert.deepEqual(await rowsOf(path), rows);
  });

  const bad: [string, string | Uint8Array, RegExp][] = [
    ["broken.jsonl", '{"a":1}\n{"a":\n', /broken\.jsonl:2: the line is not JSON: \{"a":/],
    ["list.jsonl", '{"a":1}\n[1]\n', /list\.jsonl:2: a row must be an object with fields, got \[1\]/],
    ["latin.jsonl", Uint8Array.from([0x22, 0xe9, 0x22, 10]), /latin\.jsonl:1: the line is not UTF-8/],
    ["empty.jsonl", "\n\n", /empty\.jsonl: has no rows/],
    ["empty.csv", "a,b\n", /empty\.csv: has no rows/],
    ["short.csv", "a,b\n1,2\n3\n", /short\.csv:3: .*[Rr]ecord [Ll]ength/],
    ["open.csv", 'a,b\n1,"2\n3,4\n', /open\.csv:\d: .*[Qq]uote/],
    ["twice.csv", "a,a\n1,2\n", /twice\.csv:1: each field needs a name of its own/],
    ["notes.docx", "x", /notes\.docx: the name does not tell the file's kind/],
    ["garbage.parquet", "PAR1 this is not parquet PAR1", /garbage\.parquet: cannot be read as Parquet/],
    ["garbage.arrow", "ARROW1 this is not arrow at all", /garbage\.arrow: cannot be read as Arrow/],
    ["random.feather", "0123456789 0123456789", /random\.feather: cannot be read as Arrow/],
    ["cut.jsonl.gz", gzipSync('{"a":1}\n'.repeat(9000)).subarray(0, 60), /cut\.jsonl\.gz: the gzip file is truncated/],
    [
      "bad.jsonl.gz",
      Uint8Array.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8]),
      /bad\.jsonl\.gz: the gzip file is damaged/,
    ],
  ];
  for (const [name, content, message] of bad) {
    it(`refuses ${name} and says where and why`, async () => {
      const path = await file(name, content);
      await assert.rejects(rowsOf(path), (error) => error instanceof InputError && message.test(error.message));
    });
  }

  it("reports every cut of a Parquet or Arrow file as an InputError, never as rows that were not there", async () => {
    for (const name of ["rows-snappy.parquet", "rows.feather", "rows.arrow"]) {
      const whole = readFileSync(fixtures + name);
      for (let size = 0; size < whole.length - 8; size += 41) {
        const path = await file(name, whole.subarray(0, size));
        await rowsOf(path).then(
          (rows) => assert.ok(name === "rows.arrow" && rows.length % 2 === 0, `${name} cut at ${size} gave rows`),
          (error) => assert.ok(error instanceof InputError, `${name} cut at ${size}: ${error.stack}`),
        );
      }
    }
  });

  it("says what to do with a compressed Feather file", async () => {
    await assert.rejects(
      rowsOf(`${fixtures}rows-lz4.feather`),
      /rows-lz4\.feather: .*compress.*write it without compression/i,
    );
  });

  it("says that a file is missing", async () => {
    for (const name of ["no.jsonl", "no.csv", "no.parquet", "no.arrow"])
      await assert.rejects(rowsOf(join(dir, name)), {
        name: "InputError",
        message: new RegExp(`${name}: no such file`),
      });
  });
});
