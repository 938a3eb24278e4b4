import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { isRejected, type LooseRow } from "../../../src/data/collect/looseRow.ts";
import { looseRows, type TextUnit } from "../../../src/data/collect/looseRows.ts";

const fixtures = fileURLToPath(new URL("../../fixtures/data/collect/", import.meta.url));
const known = JSON.parse(readFileSync(`${fixtures}rows.json`, "utf8"));
const page = JSON.parse(readFileSync(`${fixtures}pages.json`, "utf8"));
const dir = mkdtempSync(join(tmpdir(), "sulam-loose-"));
after(() => rmSync(dir, { recursive: true, force: true }));

async function read(path: string, unit?: TextUnit): Promise<LooseRow[]> {
  const rows: LooseRow[] = [];
  for await (const row of looseRows(path, unit)) rows.push(row);
  return rows;
}

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}

/** Values of the rows that were read, and LINE: REASON of the others. */
function told(rows: LooseRow[]): unknown[] {
  return rows.map((row) => (isRejected(row) ? `${row.line}: ${row.reason}` : row.values));
}

/** Numbers as CSV has them. */
const asTexts = known.rows.map((row: object) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])),
);

describe("looseRows", () => {
  for (const name of ["rows.csv", "rows.tsv"])
    it(`reads ${name} as Python's csv wrote it`, async () => {
      assert.deepEqual(told(await read(fixtures + name)), asTexts);
    });

  it("reads Parquet as pyarrow wrote it, lists too", async () => {
    const rows = told(await read(`${fixtures}rows.parquet`)).map((row) => ({ ...(row as object) }));
    assert.deepEqual(
      rows,
      known.rows.map((row: { year: number }) => ({ ...row, year: BigInt(row.year) })),
    );
    assert.deepEqual(
      told(await read(`${fixtures}triplets.parquet`)).map((row) => ({ ...(row as object) })),
      known.triplets,
    );
  });

  it("reads the article of a page that Python wrote, without menu, sidebar, footer and scripts", async () => {
    const [row] = await read(`${fixtures}page.html`);
    assert.ok(!isRejected(row));
    const { title, passage } = row.values as { title: string; passage: string };
    assert.equal(title, page.title);
    assert.deepEqual(passage.split("\n").slice(-3), page.paragraphs);
    for (const text of page.around) assert.ok(!passage.includes(text), text);
    assert.ok(!passage.includes("jangan baca"));
  });

  it("reads a page in the encoding that it names", async () => {
    const [row] = await read(`${fixtures}page-latin.html`);
    assert.ok(!isRejected(row));
    assert.match(String(row.values.passage), /katanya é\.$/);
  });

  it("reads a packed fragment of HTML, all of it", async () => {
    assert.deepEqual(told(await read(`${fixtures}fragment.html.gz`)), [
      { title: "", passage: "Nota ringkas.\nBaris kedua." },
    ]);
  });

  it("gives a page without any text an empty passage, and survives damaged and deep ones", async () => {
    for (const html of [
      "",
      "<",
      "<html>",
      "<html><body></body></html>",
      "<!DOCTYPE html>",
      "<frameset><frame></frameset>",
    ])
      assert.equal((await read(file("empty.html", html))).length, 1, html);
    const [row] = await read(file("deep.html", `${"<div>".repeat(20_000)}teks${"</div>".repeat(20_000)}`));
    assert.match(String(told([row])[0]), /1: the document cannot be read \(elements are nested more than 250 deep\)/);
    const [latin] = await read(file("latin.html", Uint8Array.from([0x3c, 0x70, 0x3e, 0xe9])));
    assert.match(String(told([latin])[0]), /1: the document cannot be read/);
  });

  it("cuts text by line, by paragraph, or not at all", async () => {
    const path = file("a.txt", "\ufeffsatu\r\ndua\r\n\r\n \n tiga\n");
    const passages = async (unit: TextUnit) =>
      (await read(path, unit)).map((row) => [row.line, isRejected(row) ? row.reason : row.values.passage]);
    assert.deepEqual(await passages("line"), [
      [1, "satu"],
      [2, "dua"],
      [5, "tiga"],
    ]);
    assert.deepEqual(await passages("paragraph"), [
      [1, "satu\ndua"],
      [5, "tiga"],
    ]);
    assert.deepEqual(await passages("file"), [[1, "satu\r\ndua\r\n\r\n \n tiga"]]);
  });

  const whole = '{"a":1}\n'.repeat(3);
  const bad: [string, string | Uint8Array, unknown[]][] = [
    [
      "broken.jsonl",
      '{"a":1}\n{"a":\n\n[1]\nnull\n{"a":2}',
      [{ a: 1 }, /^2: the line is not JSON/, /^4: a row must be an object.*\[1\]/, /^5: .*got null/, { a: 2 }],
    ],
    [
      "latin.jsonl",
      Buffer.from('{"a":1}\n{"a":"\xe9"}\n{"a":2}\n', "latin1"),
      [{ a: 1 }, /^2: the line is not UTF-8/, { a: 2 }],
    ],
    ["junk.jsonl.gz", Uint8Array.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8]), [/^1: the gzip file is damaged/]],
    [
      "wide.csv",
      "a,b\n1,2\n3\n4,5,6\n7,8\n",
      [{ a: "1", b: "2" }, /^3: the row has 1 f/, /^4: the row has 3 f/, { a: "7", b: "8" }],
    ],
    ["quote.csv", 'a,b\n1,"2\n3,4\n5,6\n', [/^2: .*[Qq]uote/, { a: "3", b: "4" }, { a: "5", b: "6" }]],
    ["inner.csv", 'a,b\n1,"2"x\n"3\n\n3",4\n', [/^2: .*[Qq]uote/, { a: "3\n\n3", b: "4" }]],
    [
      "mixed.csv",
      Buffer.from('a\n"x\n\xe9"\nb\n', "latin1"),
      [/^2: line 3: the line is not UTF-8/, /^3: .*not UTF-8/, { a: "b" }],
    ],
    [
      "cut.parquet",
      readFileSync(`${fixtures}rows.parquet`).subarray(0, 300),
      [/^1: the file cannot be read as Parquet/],
    ],
    ["cut.arrow", "ARROW1 no", [/^1: .*cannot be read as Arrow/]],
  ];
  for (const [name, content, want] of bad)
    it(`sets aside what cannot be read in ${name}, with its line, and reads the rest`, async () => {
      const rows = told(await read(file(name, content)));
      assert.equal(rows.length, want.length, JSON.stringify(rows));
      for (const [i, expected] of want.entries())
        if (expected instanceof RegExp) assert.match(String(rows[i]), expected);
        else assert.deepEqual({ ...(rows[i] as object) }, expected);
    });

  it("reads the rows before the cut of a gzip file, and says where it ends", async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => ({ id: `${i}`, text: `teks ${i * 7919}` }));
    const packed = gzipSync(rows.map((row) => JSON.stringify(row)).join("\n"));
    const found = await read(file("cut.jsonl.gz", packed.subarray(0, packed.length >> 1)));
    const last = found.pop()!;
    assert.ok(isRejected(last) && /cut off here/.test(last.reason), JSON.stringify(last));
    assert.ok(found.length > 1000 && found.length < 5000, `${found.length}`);
    assert.deepEqual(told(found), rows.slice(0, found.length));
  });

  it("sets aside a damaged row group of Parquet and reads the others", async () => {
    const bytes = Buffer.from(readFileSync(`${fixtures}rows.parquet`));
    bytes.fill(0xff, 4, 40);
    const rows = told(await read(file("damaged.parquet", bytes)));
    assert.match(String(rows[0]), /^1: rows 1 to 2 cannot be read as Parquet/);
    assert.equal((rows[1] as { id: string }).id, "k3");
  });

  it("refuses a CSV file without field names and a file of another kind", async () => {
    await assert.rejects(read(file("twice.csv", "a,a\n1,2\n")), /twice\.csv:1: each field needs a name of its own/);
    await assert.rejects(
      async () => read(file("notes.docx", whole)),
      /notes\.docx: the name does not tell the file's kind/,
    );
  });
});
