import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { loadDataset } from "../../src/data/loadDataset.ts";
import { readTestTexts } from "../../src/data/readTestTexts.ts";
import { trainingRows } from "../../src/data/trainingRows.ts";
import { findLeaks } from "../../src/eval/findLeaks.ts";
import { removeLeaks } from "../../src/eval/removeLeaks.ts";

const folder = mkdtempSync(join(tmpdir(), "sulam-leaks-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string): string => join(folder, name);

function write(name: string, rows: readonly unknown[]): string {
  writeFileSync(path(name), rows.map((row) => `${typeof row === "string" ? row : JSON.stringify(row)}\n`).join(""));
  return path(name);
}

function read(name: string): Record<string, unknown>[] {
  return readFileSync(path(name), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const sentence =
  "Bekalan air di lima kawasan perumahan akan terputus selama dua hari mulai pagi Khamis kerana paip utama dibaiki.";
const asked = "bila air putus";

test("rows that hold a test text go, the others stay as they are, and each leak is written with its row", async () => {
  const clean = { query: "lain", positive: "sekali", nota: [1, { a: "ü" }] };
  const training = write("pairs.jsonl", [
    clean,
    { query: "x", positive: sentence },
    { query: "y", positive: "z", negative_1: "ini", negative_2: `${sentence.slice(0, 90)}` },
    { query: "  BILA air, putus?", pos: [sentence.toUpperCase()], neg: [] },
    "{ rosak",
    { label: "no text at all" },
    { query: "ujian", positive: sentence, split: "test" },
    { soalan: "tiada teks", split: "test" },
    '{"query": "besar", "positive": "ok", "tweet": 12345678901234567890}',
  ]);
  const found = await removeLeaks(training, [sentence, asked, asked, "tak ada"], { output: path("clean.jsonl") });
  const { examples, ...counts } = found;
  // the passage stands there letter for letter, the question but for signs and spaces
  assert.deepEqual(counts, {
    rows: 5,
    leaking: 3,
    otherSplits: 2,
    texts: 3,
    seen: { exact: 1, normalised: 1, window: 0 },
    rejected: 2,
    otherFields: [],
  });
  // rows of other splits stay, and what stays is as it was to the letter
  const kept = readFileSync(path("clean.jsonl"), "utf8").split("\n");
  const written = readFileSync(training, "utf8").split("\n");
  assert.deepEqual(kept, [written[0], written[6], written[7], written[8], ""]);
  const leaks = read("clean.jsonl.leaks.jsonl");
  assert.deepEqual(leaks, examples);
  assert.deepEqual(
    leaks.map(({ line, kind, test }) => [line, kind, test]),
    [
      [2, "exact", sentence],
      [3, "window", sentence],
      [4, "normalised", asked],
      [4, "normalised", sentence],
    ],
  );
  assert.deepEqual(
    read("clean.jsonl.rejected.jsonl").map(({ line }) => line),
    [5, 6],
  );
  // the same output again, with nothing to tell: what an earlier call told goes
  await removeLeaks(write("pure.jsonl", [clean]), [sentence], { output: path("clean.jsonl") });
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("clean")),
    ["clean.jsonl"],
  );
});

test("what stays holds nothing that the check before an evaluation would refuse, whatever the texts", async () => {
  const random = new Random(5);
  const letters = "abcdefghijklmnopqrstuvwxyz ";
  const pick = (): string => Array.from({ length: 60 }, () => letters[random.int(27)]).join("");
  const tests = Array.from({ length: 40 }, pick);
  // texts of the three kinds, fresh ones, and a part that is too short to tell
  const rows = Array.from({ length: 200 }, (_, i) => {
    const from = tests[random.int(40)];
    const kinds = [from, ` ${from.toUpperCase()}!`, `zz ${from.slice(3, 55)} zz`, pick(), `zz ${from.slice(0, 30)}`];
    return { id: i, query: kinds[i % 5], positive: `cc${pick()}` };
  });
  const { leaking, seen, texts } = await removeLeaks(write("random.jsonl", rows), tests, {
    output: path("kept.jsonl"),
  });
  const kept = read("kept.jsonl");
  const textsOf = (all: readonly Record<string, unknown>[]) =>
    all.flatMap((row) => [row.query, row.positive] as string[]);
  assert.deepEqual(await findLeaks(textsOf(kept), tests), []);
  assert.equal(kept.length, rows.length - leaking);
  const alone = rows.filter(({ id }) => !kept.some((row) => row.id === id));
  for (const row of alone)
    assert.ok((await findLeaks(textsOf([row]), tests)).length > 0, "nothing goes without a leak");
  const all = await findLeaks(textsOf(rows), [...new Set(tests)]);
  const byKind = (kind: string) => all.filter((leak) => leak.kind === kind).length;
  assert.deepEqual(seen, { exact: byKind("exact"), normalised: byKind("normalised"), window: byKind("window") });
  for (const [kind, count] of Object.entries(seen)) assert.ok(count > 0, kind);
  // three of five kinds hold one
  assert.equal(leaking, 120);
  assert.equal(texts, new Set(tests).size);
});

test("a split is train however it is spelled; fields with words that nobody looked at are named, lists too", async () => {
  const rows = [
    { query: "x", positives: [sentence], hard_negatives: [sentence], source: "Berita Harian", soalan_1: asked },
    { query: asked, positive: "b", split: "TRAIN" },
  ];
  const found = await removeLeaks(write("spelled.jsonl", rows), [sentence, asked], { fields: ["soalan_1"] });
  assert.deepEqual([found.leaking, found.otherFields], [2, ["hard_negatives", "positives", "source"]]);
  const tests = write("tests.jsonl", [{ query: "a", positive: "b", split: "test" }]);
  await assert.rejects(removeLeaks(tests, [asked]), /none of its 1 rows has the split train/);
  await assert.rejects(removeLeaks(write("blank.jsonl", []), [asked]), /holds no rows/);
  const mended = write("o.jsonl.rejected.jsonl", [{ query: "a", positive: "b" }]);
  for (const [input, output] of [
    [tests, "tests.jsonl"],
    [mended, "o.jsonl"],
  ])
    await assert.rejects(removeLeaks(input, [asked], { output: path(output) }), /would replace .*, which is read/);
});

test("without an output nothing is written; with none left, or no text, nothing either", async () => {
  const training = write("all.jsonl", [{ query: asked, positive: "b" }]);
  const before = readdirSync(folder).sort();
  assert.equal((await removeLeaks(training, [asked])).leaking, 1);
  await assert.rejects(removeLeaks(training, [asked], { output: path("none.jsonl") }), /every row holds a test text/);
  await assert.rejects(removeLeaks(training, [], { output: path("none.jsonl") }), /there is no test text/);
  const foreign = write("foreign.jsonl", [{ soalan: asked }]);
  await assert.rejects(removeLeaks(foreign, [asked]), /no row that trains has a text in text, query.*--fields/);
  assert.equal((await removeLeaks(foreign, [asked], { fields: ["soalan"] })).leaking, 1);
  await assert.rejects(removeLeaks(foreign, [asked], { output: path("none.csv") }), /Name a file that ends in \.jsonl/);
  const stopped = AbortSignal.abort();
  await assert.rejects(removeLeaks(training, [asked], { output: path("none.jsonl"), signal: stopped }));
  assert.deepEqual(readdirSync(folder).sort(), [...before, "foreign.jsonl"].sort());
  assert.ok(!existsSync(path("none.jsonl")));
});

test("of a dataset its training side is looked at, in all query fields; of a file, fields left aside are named", async () => {
  const malay = await loadDataset("malay-mini");
  const { train, test } = malay.split();
  const { path: rows, fields, trains } = await trainingRows("malay-mini");
  const all = { fields, trains };
  const own = await removeLeaks(rows, await readTestTexts("malay-mini"), all);
  assert.deepEqual([own.rows, own.leaking, own.otherSplits], [train.rows.length, 0, 720 - train.rows.length]);
  assert.deepEqual(own.otherFields, [], "labels are no texts");
  // a training row's English query, asked
  assert.deepEqual((await removeLeaks(rows, [train.rows[0].english], all)).seen, {
    exact: 1,
    normalised: 0,
    window: 0,
  });
  assert.equal((await removeLeaks(rows, [test.rows[0].english], all)).leaking, 0);
  const asFile = await trainingRows(rows);
  const found = await removeLeaks(asFile.path, [train.rows[0].english], { trains: asFile.trains });
  assert.deepEqual([found.leaking, found.otherFields.includes("english")], [0, true]);
  assert.ok(!found.otherFields.includes("domain"));
});

test("test texts are those of a dataset's test split, or of retrieval sets: queries, and documents that answer one", async () => {
  const malay = await loadDataset("malay-mini");
  const texts = await readTestTexts("malay-mini");
  const { rows } = malay.split().test;
  assert.ok(
    rows.every(({ passage, query, english }) => [passage, query, english].every((text) => texts.includes(text))),
  );
  assert.ok(!malay.split().train.rows.some(({ passage }) => texts.includes(passage)));
  write("corpus.jsonl", [
    { id: "d1", text: "jawapan" },
    { id: "d2", text: "bukan" },
  ]);
  write("queries.jsonl", [{ id: "q", text: "soalan" }]);
  write("qrels.jsonl", [
    { query_id: "q", doc_id: "d1", relevance: 1 },
    { query_id: "q", doc_id: "d2", relevance: 0 },
  ]);
  assert.deepEqual(await readTestTexts(folder), ["soalan", "jawapan"]);
});
