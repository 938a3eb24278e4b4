import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { loadDataset } from "../../src/data/loadDataset.ts";
import { readTestTexts } from "../../src/data/readTestTexts.ts";
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
  ]);
  const found = await removeLeaks(training, [sentence, asked, asked, "tak ada"], { output: path("clean.jsonl") });
  const { examples, ...counts } = found;
  // the passage stands there letter for letter, the question but for signs and spaces
  assert.deepEqual(counts, {
    rows: 4,
    leaking: 3,
    texts: 3,
    seen: { exact: 1, normalised: 1, window: 0 },
    rejected: 2,
  });
  assert.deepEqual(read("clean.jsonl"), [clean]);
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
  assert.deepEqual(
    await findLeaks(
      read("clean.jsonl").flatMap(({ query, positive }) => [query, positive] as string[]),
      [sentence, asked],
    ),
    [],
  );
});

test("what stays holds nothing that the check before an evaluation would refuse, whatever the texts", async () => {
  const random = new Random(5);
  const pick = (): string => Array.from({ length: 24 }, () => "ab "[random.int(3)]).join("");
  const tests = Array.from({ length: 40 }, pick);
  // texts of the three kinds, and fresh ones
  const rows = Array.from({ length: 200 }, (_, i) => {
    const from = tests[random.int(40)];
    const query = [from, ` ${from.toUpperCase()}!`, `zz${pick()}`, pick()][i % 4];
    return { id: i, query, positive: `cc${pick()}` };
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
  assert.equal(texts, new Set(tests).size);
});

test("without an output nothing is written; with none left, or no text, nothing either", async () => {
  const training = write("all.jsonl", [{ query: asked, positive: "b" }]);
  const before = readdirSync(folder).sort();
  assert.equal((await removeLeaks(training, [asked])).leaking, 1);
  await assert.rejects(removeLeaks(training, [asked], { output: path("none.jsonl") }), /every row holds a test text/);
  await assert.rejects(removeLeaks(training, [], { output: path("none.jsonl") }), /there is no test text/);
  const foreign = write("foreign.jsonl", [{ soalan: asked }]);
  await assert.rejects(removeLeaks(foreign, [asked]), /no row has a text in text, query.*--fields/);
  assert.equal((await removeLeaks(foreign, [asked], { fields: ["soalan"] })).leaking, 1);
  const stopped = AbortSignal.abort();
  await assert.rejects(removeLeaks(training, [asked], { output: path("none.jsonl"), signal: stopped }));
  assert.deepEqual(readdirSync(folder).sort(), [...before, "foreign.jsonl"].sort());
  assert.ok(!existsSync(path("none.jsonl")));
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
