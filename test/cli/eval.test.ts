import assert from "node:assert/strict";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { openEngine } from "../../src/engine/openEngine.ts";
import { bitextAccuracy } from "../../src/eval/bitextAccuracy.ts";
import { evaluateReranking } from "../../src/eval/evaluateReranking.ts";
import { evaluateSts } from "../../src/eval/evaluateSts.ts";
import { tripletAccuracy } from "../../src/eval/tripletAccuracy.ts";
import { Embedder } from "../../src/model/embedder.ts";
import { useApi } from "../remote/useApi.ts";
import { cli, scratch } from "./cli.ts";

const api = useApi();

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

test("--intervals puts bounds beside each measure, and changes nothing else", async () => {
  const asked = ["eval", "bm25", "--data", dir];
  const { code, out, err } = await cli([...asked, "--intervals", "--json"]);
  assert.equal(code, 0, err);
  const { intervals, ...measures } = JSON.parse(out);
  assert.deepEqual(measures, JSON.parse((await cli([...asked, "--json"])).out));
  // a quarter of the resamples of two queries hold the first twice, a quarter the second: ranks 1 and 2
  const second = 1 / Math.log2(3);
  const expected = { recallAt1: [0, 1], recallAt3: [1, 1], recallAt5: [1, 1], recallAt10: [1, 1] };
  assert.deepEqual(intervals, { ...expected, mrrAt10: [0.5, 1], ndcgAt10: [second, 1] });
  const table = await cli([...asked, "--intervals"]);
  assert.match(table.out, /^measure +set\n-.*\nrecallAt1 +0\.500 \[0\.000, 1\.000\]\n/);
  assert.match(table.out, /\nqueries +2\n/);
  const sets = join(scratch(), "sets");
  cpSync(dir, join(sets, "one"), { recursive: true });
  const several = await cli(["eval", "bm25", "--data", sets, "--intervals"]);
  assert.match(several.out, /\none +0\.500 \[0\.000, 1\.000\] +1\.000 \[1\.000, 1\.000\] .* 2 +4\n$/);
});

test("--k chooses the cut-offs of Recall, also behind the corpus", async () => {
  const asked = ["eval", "bm25", "--data", dir, "--json"];
  const measured = await cli([...asked, "--k", "1,2,50"]);
  assert.match(measured.err, /has 4 passages: R@k of a greater k counts all of them\./);
  const { recallAt1, recallAt2, recallAt50, ...others } = JSON.parse(measured.out);
  assert.deepEqual([recallAt1, recallAt2, recallAt50], [0.5, 1, 1]);
  assert.deepEqual(Object.keys(others), ["mrrAt10", "ndcgAt10", "queries", "passages"]);
  // rank 2 is found by MRR and nDCG at 10, though Recall looks at the first alone
  assert.equal(JSON.parse((await cli([...asked, "--k", "1"])).out).mrrAt10, 0.75);
});

const pairs = [
  { first: "kucing tidur di atas tikar", second: "seekor kucing sedang tidur", score: 4.5 },
  { first: "harga minyak naik", second: "minyak kelapa", score: 1.5 },
  { first: "hujan lebat di utara", second: "dia membaca buku", score: 0 },
  { first: "dia membaca buku", second: "buku itu dibacanya", score: 4 },
];
const triplets = [
  { anchor: "kucing tidur", positive: "kucing sedang tidur", negative: "harga minyak naik" },
  { anchor: "hujan lebat", positive: "cuaca buruk di utara", negative: "hujan lebat itu nama jalan" },
];
const items = [
  { query: "minyak", positive: ["harga minyak naik"], negative: ["minyak kelapa", "kucing", "hujan lebat"] },
  { query: "kucing", positive: ["seekor kucing", "kucing tidur"], negative: ["harga minyak naik", "hujan"] },
];
const bitext = { source: pairs.map(({ first }) => first), target: ["the cat", "oil price", "heavy rain", "a book"] };
const sentences = pairs.map(({ first, second, score }) => ({ sentence1: first, sentence2: second, score }));
const files = {
  sts: sentences,
  triplets,
  reranking: items,
  bitext: bitext.source.map((sentence1, i) => ({ sentence1, sentence2: bitext.target[i] })),
};
const tasks = scratch();
const file = (task: keyof typeof files): string => join(tasks, `${task}.jsonl`);
for (const [task, rows] of Object.entries(files)) writeFileSync(file(task as keyof typeof files), jsonl(rows));
const tiny = join(import.meta.dirname, "../fixtures/model/st6-bert");

test("each task's measures are those of the library, with a model's folder", async () => {
  const model = await Embedder.load(tiny, { engine: await openEngine({ threads: 1 }) });
  const expected: Record<keyof typeof files, Record<string, number>> = {
    sts: { spearman: await evaluateSts(model, pairs), pairs: 4 },
    triplets: { accuracy: await tripletAccuracy(model, triplets), triplets: 2 },
    reranking: { ...(await evaluateReranking(model, items)) },
    bitext: { ...(await bitextAccuracy(model, bitext.source, bitext.target)), pairs: 4 },
  };
  for (const task of ["sts", "triplets", "reranking", "bitext"] as const) {
    const asked = ["eval", tiny, "--task", task, "--data", file(task), "--threads", "1"];
    const { code, out, err } = await cli([...asked, "--json"]);
    assert.equal(code, 0, err);
    assert.deepEqual(JSON.parse(out), expected[task]);
    const { intervals, ...same } = JSON.parse((await cli([...asked, "--json", "--intervals"])).out);
    assert.deepEqual(same, expected[task]);
    assert.deepEqual(Object.keys(intervals), Object.keys(same).slice(0, -1));
    for (const [name, [low, high]] of Object.entries<[number, number]>(intervals))
      assert.ok(low <= same[name] && same[name] <= high, `${task} ${name}`);
  }
});

test("an API's model is measured on a task, with what it cost", async () => {
  // the server's vector of a text is its length, its first letter / 128 and its number of words
  const rows = [
    { sentence1: "aaaa", sentence2: "aaaa", score: 5 },
    { sentence1: "aaaa", sentence2: "a a a a a", score: 3 },
    { sentence1: "aaaaaaaaaaaaaaaaaaaaaaaa", sentence2: "a a", score: 4 },
  ];
  // cosines 1, .96 and .84: ranks 3 2 1 where people say 3 1 2, so 1 - 6 * 2 / (3 * 8)
  writeFileSync(join(tasks, "api.jsonl"), jsonl(rows));
  const to = ["--endpoint", api.server.url, "--answers", join(tasks, "answers")];
  const asked = ["eval", "bm25", "--task", "sts", "--data", join(tasks, "api.jsonl"), "--json", ...to];
  const { code, out, err } = await cli(asked);
  assert.equal(code, 0, err);
  const { spearman, usage } = JSON.parse(out);
  assert.deepEqual([spearman, usage.requests], [0.5, 1]);
});

test("a wrong row, BM25 where vectors are compared, and cut-offs where nothing is cut are told in one line", async () => {
  writeFileSync(join(tasks, "bad.csv"), "sentence1,sentence2,score\nsatu,dua,3\nsatu,tiga,tinggi\n");
  for (const [args, code, words] of [
    [[tiny, "--task", "sts", "--data", join(tasks, "bad.csv")], 1, /bad\.csv:3: field `score` must be .* "tinggi"/],
    [[tiny, "--task", "reranking", "--data", file("sts")], 1, /sts\.jsonl:1: field `query` must be .*, got nothing/],
    [[tiny, "--task", "bitext", "--data", dir], 1, /the name does not tell the file's kind/],
    [["bm25", "--task", "triplets", "--data", file("triplets")], 1, /triplets compares vectors, and bm25 gives none/],
    [[tiny, "--task", "sts", "--data", file("sts"), "--k", "5"], 2, /sts has no --k/],
    [[tiny, "--task", "stories", "--data", file("sts")], 2, /'stories' is invalid.* retrieval, sts, triplets/],
    [["bm25", "--data", dir, "--k", "0"], 2, /It must be whole numbers/],
  ] as const) {
    const outcome = await cli(["eval", ...args, "--json"]);
    assert.deepEqual([outcome.code, outcome.out], [code, ""], outcome.err);
    assert.match(outcome.err, words);
    assert.match(outcome.err, /^error: .*\n(\(add --help.*\n)?$/);
  }
});

test("every text of a task is looked for in the training file, and people hear when none was named", async () => {
  const training = join(tasks, "training.jsonl");
  const taught = { sts: "Dia membaca buku.", triplets: "cuaca buruk di utara", reranking: "Kucing", bitext: "the cat" };
  for (const task of ["sts", "triplets", "reranking", "bitext"] as const) {
    writeFileSync(training, jsonl([{ anchor: taught[task], positive: "lain" }]));
    const asked = ["eval", tiny, "--task", task, "--data", file(task), "--training", training];
    const { code, out, err } = await cli(asked);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, /training has seen 1 of \d+ test texts/);
    assert.equal(JSON.parse((await cli([...asked, "--allow-leaks", "--json"])).out).leaks, 1);
  }
  assert.match((await cli(["eval", tiny, "--task", "sts", "--data", file("sts")])).err, /Leaks: not looked for/);
});
