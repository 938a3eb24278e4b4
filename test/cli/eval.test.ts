import assert from "node:assert/strict";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { cli, scratch } from "./cli.ts";

const dir = join(scratch(), "set");
mkdirSync(dir);
const jsonl = (rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const corpus = [
  { id: "a", text: "kucing tidur di atas tikar" },
  { id: "b", text: "harga minyak naik" },
  { id: "c", text: "hujan lebat di utara" },
  { id: "d", text: "minyak kelapa" },
];
writeFileSync(join(dir, "corpus.jsonl.gz"), gzipSync(jsonl(corpus)));
writeFileSync(
  join(dir, "queries.jsonl"),
  jsonl([
    { id: "1", text: "kucing" },
    { id: "2", text: "minyak" },
  ]),
);
const qrels = [
  { query_id: "1", doc_id: "a", relevance: 1 },
  { query_id: "2", doc_id: "b", relevance: 1 },
];
writeFileSync(join(dir, "qrels.jsonl"), jsonl(qrels));

test("eval bm25 --json gives the measures worked out by hand", async () => {
  const { code, out, err } = await cli(["eval", "bm25", "--data", dir, "--json"]);
  assert.equal(code, 0, err);
  // query 1 finds a first; for query 2 the shorter d comes before b: rank 2, so 1/2, and 1/log2(3) of the gain
  const expected = { recallAt1: 0.5, recallAt3: 1, recallAt5: 1, recallAt10: 1, mrrAt10: 0.75 };
  assert.deepEqual(JSON.parse(out), { ...expected, ndcgAt10: (1 + 1 / Math.log2(3)) / 2, queries: 2, passages: 4 });
  assert.match((await cli(["eval", "bm25", "--data", dir])).out, /recallAt1 +0\.500\n/);
});

test("eval of a folder of sets has a line for each, and reads all of them before it measures", async () => {
  const sets = join(scratch(), "sets");
  for (const name of ["two", "one"]) cpSync(dir, join(sets, name), { recursive: true });
  mkdirSync(join(sets, "notes"));
  const { code, out, err } = await cli(["eval", "bm25", "--data", sets, "--json"]);
  assert.equal(code, 0, err);
  const alone = JSON.parse((await cli(["eval", "bm25", "--data", dir, "--json"])).out);
  assert.deepEqual(JSON.parse(out), { sets: { one: alone, two: alone } });
  const { out: table } = await cli(["eval", "bm25", "--data", sets]);
  assert.match(table, /^set +recallAt1 .*\n-.*\none +0\.500 .*\ntwo +0\.500 /);
  rmSync(join(sets, "two/qrels.jsonl"));
  const broken = await cli(["eval", "bm25", "--data", sets]);
  assert.deepEqual([broken.code, broken.out], [1, ""]);
  assert.match(broken.err, /two.*has no qrels\.jsonl/);
});

test("a set that is not whole, and a model that is none, are told in one line", async () => {
  const file = join(dir, "corpus.jsonl.gz");
  for (const [args, words] of [
    [["bm25", "--data", join(dir, "absent")], /absent/],
    [["bm25", "--data", file], /corpus\.jsonl/],
    [["bm26", "--data", dir], /bm26/],
  ] as const) {
    const { code, out, err } = await cli(["eval", ...args, "--json"]);
    assert.deepEqual([code, out], [1, ""], err);
    assert.match(err, words);
    assert.match(err, /^error: .*\n$/);
  }
});

test("a training file that holds a test text stops the evaluation, unless it is allowed", async () => {
  const training = join(dir, "training.jsonl");
  writeFileSync(training, jsonl([{ query: "minyak", pos: ["harga minyak naik!"] }]));
  const asked = ["eval", "bm25", "--data", dir, "--training", training, "--json"];
  const { code, out, err } = await cli(asked);
  assert.deepEqual([code, out], [1, ""]);
  // one query, and the document that answers it but for a mark
  assert.match(err, /training has seen 2 of 4 test texts \(1 exact, 1 normalised\).*`--allow-leaks`/);
  assert.equal(JSON.parse((await cli([...asked, "--allow-leaks"])).out).leaks, 2);
  writeFileSync(training, jsonl([{ text: "minyak kelapa" }]));
  assert.equal(JSON.parse((await cli(asked)).out).leaks, 0);
});
