import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../../src/base/hash.ts";
import { checkDataset } from "../../../src/data/collect/checkDataset.ts";
import { type ImportReport, importDataset } from "../../../src/data/collect/importDataset.ts";
import type { ImportOptions } from "../../../src/data/collect/importOptions.ts";
import { loadDataset } from "../../../src/data/loadDataset.ts";
import { readExamples } from "../../../src/data/readExamples.ts";

const fixtures = fileURLToPath(new URL("../../fixtures/data/collect/", import.meta.url));
const src = fileURLToPath(new URL("../../../src/", import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "sulam-import-"));
after(() => rmSync(dir, { recursive: true, force: true }));
let made = 0;

function file(name: string, content: string | readonly object[]): string {
  const text = typeof content === "string" ? content : content.map((row) => `${JSON.stringify(row)}\n`).join("");
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

function collect(paths: string[], options: Partial<ImportOptions> = {}): Promise<ImportReport> {
  return importDataset(paths, { folder: join(dir, `set${made++}`), licence: "CC0-1.0", source: "hand", ...options });
}

function lines(path: string): Record<string, unknown>[] {
  const text = readFileSync(path, "utf8").trimEnd();
  return text.split("\n").map((line) => JSON.parse(line));
}

describe("importDataset", () => {
  it("makes one dataset of CSV, Parquet, HTML and text, whose card tells what each file gave", async () => {
    const text = file("notes.txt", "Baris pertama nota.\n\nBaris kedua nota.\n");
    const paths = [`${fixtures}rows.csv`, `${fixtures}triplets.parquet`, `${fixtures}page.html`, text];
    const report = await collect(paths, { name: "campur" });
    const { card, rows, folder } = report;
    assert.equal(rows, 3 + 3 + 1 + 2);
    assert.deepEqual(
      card.collection?.sources?.map((source) => [source.file, source.rows, source.rejected]),
      [
        [paths[0], 3, 0],
        [paths[1], 2, 0],
        [paths[2], 1, 0],
        [paths[3], 2, 0],
      ],
    );
    for (const { file, sha256: hash } of card.collection?.sources ?? []) assert.equal(hash, sha256(readFileSync(file)));
    assert.equal(card.sha256, sha256(readFileSync(join(folder, "rows.jsonl"))));
    assert.deepEqual(readdirSync(folder).sort(), ["card.json", "rows.jsonl"]);
    const dataset = await loadDataset(folder);
    assert.equal(dataset.name, "campur");
    assert.deepEqual([...dataset.queryFields].sort(), ["query", "title"]);
    assert.deepEqual(dataset.rows.map((row) => row.id).slice(0, 6), ["k1", "k2", "k3", "2-1", "2-1-2", "2-2"]);
    assert.equal(dataset.rows[1].title, "سولم");
    assert.equal(dataset.rows[0].year, "1998");
    assert.deepEqual((await checkDataset(folder)).problems, []);
  });

  it("keeps the Hub's {query, pos, neg}: a row for each positive, one group, the negatives with the first", async () => {
    const rows = [
      { query: "cara menyulam", pos: ["Sediakan kain.", "Lukis corak."], neg: ["Harga minyak.", "Sediakan kain."] },
      { query: "apa itu tekat", pos: ["Sulaman emas."], neg: [], tags: ["a"] },
    ];
    const { folder, card } = await collect([file("hub.jsonl", rows)]);
    const [first, second, third] = lines(join(folder, "rows.jsonl"));
    assert.deepEqual(first, {
      id: "1-1",
      group: "1-1",
      query: "cara menyulam",
      passage: "Sediakan kain.",
      neg: ["Harga minyak."],
    });
    assert.deepEqual(second, { id: "1-1-2", group: "1-1", query: "cara menyulam", passage: "Lukis corak." });
    assert.equal(third.group, "1-2");
    assert.deepEqual(card.collection?.leftOut, { tags: 1 });
    const examples = await readExamples(join(folder, "rows.jsonl"));
    assert.deepEqual(examples[0], {
      query: "cara menyulam",
      pos: ["Sediakan kain."],
      neg: ["Harga minyak."],
      group: "1-1",
    });
  });

  it("sets aside each row that it cannot use, with file, line, reason and text, and masks that text", async () => {
    const path = file(
      "bad.jsonl",
      '{"text":"baik"}\n{"text":" "}\n{"tajuk":"tel 012-3456789"}\nbukan json\n{"text":"x","split":"latih"}\n',
    );
    const { folder, rows, rejected } = await collect([path]);
    assert.deepEqual([rows, rejected], [1, 4]);
    const found = lines(join(folder, "rejected.jsonl"));
    assert.deepEqual(
      found.map((row) => [row.file, row.line]),
      [2, 3, 4, 5].map((line) => [path, line]),
    );
    assert.match(String(found[0].reason), /field `text` must be a non-empty text, got " "/);
    assert.match(String(found[1].reason), /must have a passage .* it has tajuk/);
    assert.equal(found[1].text, '{"tajuk":"tel [PHONE]"}');
    assert.equal(found[2].text, "bukan json");
    assert.match(String(found[3].reason), /`split` must be train, dev or test, got "latih"/);
  });

  it("removes duplicates and says of what they are duplicates, and masks before it compares", async () => {
    const words = Array.from({ length: 40 }, (_, i) => `perkataan${i}`);
    const path = file("dup.jsonl", [
      { id: "a", text: `${words.join(" ")} hubungi 012-3456789` },
      { id: "b", text: `${words.join(" ")} hubungi 019-9876543` },
      { id: "c", text: `${words.join(" ")}, hubungi: +60 3-2161 1234!` },
      { id: "d", text: "lain sekali" },
    ]);
    const { folder, rows, duplicates, masked } = await collect([path]);
    assert.deepEqual([rows, duplicates.exact, duplicates.near], [2, 1, 1]);
    assert.deepEqual(masked, { email: 0, identityCard: 0, phone: 3 });
    const found = lines(join(folder, "duplicates.jsonl"));
    assert.deepEqual(
      found.map((row) => [row.line, row.kind, row.of]),
      [
        [2, "exact", "a"],
        [3, "near", "a"],
      ],
    );
    const plain = await collect([path], { mask: false, near: null });
    assert.deepEqual([plain.rows, plain.masked], [4, null]);
    assert.match(readFileSync(join(plain.folder, "rows.jsonl"), "utf8"), /012-3456789/);
  });

  it("sets aside the second of two rows with one id, unless each gets a new one", async () => {
    const paths = [file("i1.jsonl", [{ id: "1", text: "satu" }]), file("i2.jsonl", [{ id: "1", text: "dua" }])];
    const { rows, rejected, folder } = await collect(paths);
    assert.deepEqual([rows, rejected], [1, 1]);
    assert.match(String(lines(join(folder, "rejected.jsonl"))[0].reason), /the id "1" stands already; --new-ids/);
    const fresh = await loadDataset((await collect(paths, { newIds: true })).folder);
    assert.deepEqual(
      fresh.rows.map((row) => row.id),
      ["1-1", "2-1"],
    );
  });

  it("sets aside a number that has lost digits, which would be another id", async () => {
    const text = [890, 891].map((n) => `{"id": 12345678901234567${n}, "text": "teks nombor ${n}"}\n`).join("");
    const path = file("digits.jsonl", `${text}{"id": 7, "text": "teks ketujuh"}\n`);
    const { folder, rejected } = await collect([path]);
    assert.equal(rejected, 2);
    assert.match(String(lines(join(folder, "rejected.jsonl"))[0].reason), /`id` holds a number of more digits than/);
  });

  it("takes the split of rows that name none from their file's name, when asked", async () => {
    const paths = [
      file("train-00000-of-00002.jsonl", [
        { query: "a", text: "teks latihan" },
        { query: "b", text: "teks ujian sendiri", split: "test" },
      ]),
      file("Validation.jsonl", [{ query: "c", text: "lain pula" }]),
      file("my_test.jsonl", [{ query: "d", text: "ayat keempat di sini" }]),
      // a folder is asked where the name tells nothing, but by its whole name
      file("contest-training-testing.jsonl", [{ query: "e", text: "nama yang berkata dua" }]),
    ];
    mkdirSync(join(dir, "validation"));
    paths.push(file("validation/0000.jsonl", [{ query: "f", text: "yang keenam dalam folder" }]));
    const { folder, unsplitFiles } = await collect(paths, { splitsFromNames: true });
    assert.equal(unsplitFiles, 1);
    const { train, dev, test } = (await loadDataset(folder)).split();
    const queries = ({ rows }: typeof train) => rows.map(({ query }) => query).sort();
    assert.deepEqual(
      [queries(train), queries(dev), queries(test)],
      [
        ["a", "e"],
        ["c", "f"],
        ["b", "d"],
      ],
    );
    await assert.rejects(collect([paths[3]], { splitsFromNames: true }), /no file's name tells a split/);
  });

  it("keeps the source's splits, and moves a group that stands on two sides to the more held-out one", async () => {
    const path = file("split.jsonl", [
      { query: "a", text: "teks pertama", split: "train" },
      { query: "b", text: "teks kedua", split: "validation" },
      { query: "c", text: "Teks pertama!", split: "test" },
      { query: "d", text: "teks ketiga", split: "train" },
    ]);
    const { folder, moved } = await collect([path]);
    assert.equal(moved, 1);
    const { train, dev, test } = (await loadDataset(folder)).split();
    const texts = [train, dev, test].map((part) => part.rows.map((row) => row.query));
    assert.deepEqual(texts, [["d"], ["b"], ["a", "c"]]);
    assert.deepEqual((await checkDataset(folder)).problems, []);
  });

  it("gives the same bytes when it is run again", async () => {
    const rows = Array.from({ length: 300 }, (_, i) => ({ text: `teks ${i % 250} lagi`, query: `soal ${i % 50}` }));
    const path = file("again.jsonl", rows);
    const [a, b] = [await collect([path]), await collect([path])];
    for (const name of ["rows.jsonl", "duplicates.jsonl"])
      assert.equal(readFileSync(join(a.folder, name), "utf8"), readFileSync(join(b.folder, name), "utf8"));
  });

  it("leaves nothing behind when it is stopped, finds no row, or has no room", async () => {
    const home = join(dir, "clean");
    mkdirSync(home);
    const path = file("stop.jsonl", [{ text: "satu" }, { text: "dua" }]);
    const options = { folder: join(home, "set") };
    await assert.rejects(collect([path], { ...options, signal: AbortSignal.abort() }), { name: "AbortError" });
    const none = file("none.jsonl", [{ tajuk: "x" }]);
    await assert.rejects(
      collect([none], options),
      /none\.jsonl: no row could be used; the first: .*none\.jsonl:1: a row/,
    );
    const many = file(
      "room.jsonl",
      Array.from({ length: 4000 }, (_, i) => ({ text: `teks ${i} `.repeat(10) })),
    );
    const script = `import { importDataset } from "${src}data/collect/importDataset.ts";
      importDataset(["${many}"], { folder: "${options.folder}", licence: "x", source: "x" }).catch((e) => { console.error(e.code); process.exitCode = 7; });`;
    const node = [process.execPath, "--import", "tsx", "--conditions=source", "--input-type=module", "-e", script];
    const full = spawnSync("bash", ["-c", `trap '' XFSZ; ulimit -f 64; exec "$@"`, "bash", ...node], {
      encoding: "utf8",
    });
    assert.equal(full.status, 7, full.stderr);
    assert.match(full.stderr, /EFBIG/);
    assert.deepEqual(readdirSync(home), []);
  });

  it("leaves no dataset when it is killed, and the next import removes what lies there", async () => {
    const home = join(dir, "killed");
    mkdirSync(home);
    const fifo = join(home, "slow.jsonl");
    execFileSync("mkfifo", [fifo]);
    const folder = join(home, "set");
    const script = `import { Collector } from "${src}data/collect/collector.ts"; import { newFolder } from "${src}data/collect/newFolder.ts";
      newFolder("${folder}", async (f) => { await Collector.open(f, {}); console.log("open"); await new Promise(() => setInterval(() => {}, 1000)); });`;
    const child = spawn(process.execPath, [
      "--import",
      "tsx",
      "--conditions=source",
      "--input-type=module",
      "-e",
      script,
    ]);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    rmSync(fifo);
    assert.deepEqual(readdirSync(home), [`.set.${child.pid}.part`]);
    await collect([file("after.jsonl", [{ text: "satu" }])], { folder });
    assert.deepEqual(readdirSync(home), ["set"]);
  });

  it("refuses a folder that exists, one without a parent, and a path that is not there", async () => {
    const path = file("ok.jsonl", [{ text: "satu" }]);
    const { folder } = await collect([path]);
    await assert.rejects(collect([path], { folder }), /exists already/);
    await assert.rejects(collect([path], { folder: join(dir, "no/set") }), /there is no folder .*no\. Make it/);
    await assert.rejects(collect([join(dir, "absent.jsonl")]), /absent\.jsonl: no such file or folder/);
    await assert.rejects(collect([path], { near: 1.5 }), /near must be above 0 and at most 1, got 1\.5/);
    assert.equal(existsSync(join(dir, "no")), false);
  });

  it("imports 80,000 rows in a heap of 32 MB", () => {
    const script = fileURLToPath(new URL("importMemory.ts", import.meta.url));
    const args = ["--max-old-space-size=32", "--import", "tsx", "--conditions=source", script, dir, "80000"];
    const { kept, duplicates } = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
    assert.deepEqual([kept, duplicates.exact], [72_000, 8_000]);
  });
});
