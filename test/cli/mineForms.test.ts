import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { writeNpy } from "../../src/data/npy.ts";
import { cli, scratch } from "./cli.ts";

const model = join(import.meta.dirname, "../fixtures/model/st6-bert");
const folder = scratch();
const path = (name: string): string => join(folder, name);
const jsonl = (name: string, rows: readonly unknown[]): string => {
  writeFileSync(path(name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return path(name);
};
const rowsOf = (text: string) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** q asks, a and c answer, b and d are the others; cosines to q: a 1, b .9, c .8, d .6. */
const pairs = jsonl("pairs.jsonl", [
  { query: "q", positive: "a" },
  { query: "q", positive: "c" },
]);
writeFileSync(path("passages.txt"), "a\nb\nB\nd\n");
const unit = (x: number): number[] => [x, Math.sqrt(1 - x * x)];
const vectors = [unit(1), unit(1), unit(0.9), unit(0.6), unit(0.8)];
const npy = async (name: string, rows: number[][]): Promise<string> => {
  await writeNpy(path(name), { data: Float32Array.from(rows.flat()), n: rows.length, d: rows[0].length });
  return path(name);
};
const five = await npy("five.npy", vectors);
const byRank = ["--pairs", pairs, "--passages", path("passages.txt"), "--per-query", "2", "--window", "0,4"];

async function mine(...args: string[]) {
  const { code, out, err } = await cli(["mine", ...args, "--output", "-"]);
  assert.equal(code, 0, err);
  return rowsOf(out);
}

test("mine by rank takes vectors in the order that --list texts writes, and writes every form", async () => {
  assert.deepEqual(
    await mine(...byRank, "--list", "texts", "--query-prompt", "tanya: "),
    ["tanya: q", "a", "b", "d", "c"].map((text) => ({ text })),
  );
  assert.deepEqual(await mine(five, ...byRank, "--format", "triplet"), [
    { query: "q", positive: "a", negative: "b" },
    { query: "q", positive: "a", negative: "d" },
    { query: "q", positive: "c", negative: "b" },
    { query: "q", positive: "c", negative: "d" },
  ]);
  const [tuple] = await mine(five, ...byRank, "--format", "n-tuple", "--scores", "--by", "rank");
  assert.deepEqual({ ...tuple, scores: 0 }, { query: "q", positive: "a", negative_1: "b", negative_2: "d", scores: 0 });
  for (const [i, score] of [1, 0.9, 0.6].entries()) assert.ok(Math.abs(tuple.scores[i] - score) < 1e-6, tuple.scores);
});

test("mine by rank lets a file of scores overrule the cosines, and lists the pairs that it wants", async () => {
  const wanted = await mine(five, ...byRank, "--list", "candidates");
  assert.deepEqual(
    wanted.map(({ passage }) => passage),
    ["a", "b", "c", "d"],
  );
  const score: Record<string, number> = { a: 9, b: 1, c: 2, d: 8 };
  const scores = jsonl(
    "scores.jsonl",
    wanted.map((pair) => ({ ...pair, score: score[pair.passage] })),
  );
  const report = path("suspects.html");
  const rows = await mine(five, ...byRank, "--rescore", scores, "--report", report);
  assert.deepEqual(
    rows.map(({ neg, negScores }) => [neg, negScores]),
    Array(2).fill([
      ["d", "b"],
      [8, 1],
    ]),
  );
  assert.match(readFileSync(report, "utf8"), /2 negatives mined, scored by .*scores\.jsonl.*6\.000 above the lowest/s);
  // a second model scores by its own cosines, so that a model which scores itself changes nothing
  const own = ["--pairs", pairs, "--passages", path("passages.txt"), "--per-query", "2", "--window", "0,4"];
  assert.deepEqual(await mine(model, ...own, "--rescore", model), await mine(model, ...own));
});

test("mine by threshold writes the texts near to each text and far from it, by distance", async () => {
  writeFileSync(path("texts.txt"), "satu\nSATU\ndua\ntiga\nempat\n");
  // distances: satu to dua .2, to tiga 3, to empat 5
  const line = await npy(
    "line.npy",
    [[0], [0.2], [3], [5]].map(([x]) => [x, 1]),
  );
  const args = ["--pairs", path("texts.txt"), "--by", "threshold"];
  assert.deepEqual(await mine(...args, "--positive-distance", "1", "--negative-distance", "2", "--list", "texts"), [
    { text: "satu" },
    { text: "dua" },
    { text: "tiga" },
    { text: "empat" },
  ]);
  const limits = ["--raw", "--positive-distance", "0.5", "--negative-distance", "2.9", "--sampling", "top"];
  const { code, out, err } = await cli(
    ["mine", line, ...args, ...limits, "--negatives", "1", "--output", path("near.jsonl"), "--json"],
    {},
  );
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), {
    texts: 4,
    rows: 2,
    positives: 2,
    negatives: 2,
    noPositive: 2,
    noNegative: 0,
    output: path("near.jsonl"),
  });
  const rows = rowsOf(readFileSync(path("near.jsonl"), "utf8"));
  assert.deepEqual(
    rows.map(({ query, pos, neg }) => [query, pos, neg]),
    [
      ["satu", ["dua"], ["tiga"]],
      ["dua", ["satu"], ["empat"]],
    ],
  );
  assert.ok(Math.abs(rows[0].posDistances[0] - 0.2) < 1e-6, rows[0].posDistances);
  assert.deepEqual(rows[0].negDistances, [3]);
});

test("vectors of the texts that --list texts writes give the rows of the model that made them", async () => {
  const limits = ["--positive-distance", "0.4", "--negative-distance", "0.4", "--negatives", "all"];
  for (const way of [byRank, ["--pairs", path("texts.txt"), "--by", "threshold", ...limits]]) {
    jsonl("listed.jsonl", await mine(...way, "--list", "texts"));
    const encode = ["encode", model, "--input", path("listed.jsonl"), "--output", path("listed.npy")];
    const { code, err } = await cli(encode);
    assert.equal(code, 0, err);
    // scores may differ in the last bit, as other texts are in a batch
    const texts = (rows: { query: string; pos: string[]; neg: string[] }[]) =>
      rows.map(({ query, pos, neg }) => ({ query, pos, neg }));
    const wanted = texts(await mine(model, ...way));
    assert.ok(wanted.length > 0, "nothing was mined");
    assert.deepEqual(texts(await mine(path("listed.npy"), ...way)), wanted);
  }
});

test("what mine cannot use is told in one line, and leaves no file", async () => {
  const text = jsonl("text.jsonl", [{ text: "satu" }, { text: "dua" }, { text: "tiga" }]);
  const three = await npy("three.npy", [unit(1), unit(0.5), [Number.NaN, 0]]);
  const scored = { query: "q", passage: "a", score: 1 };
  const mistakes: [string[], number, RegExp][] = [
    [[...byRank], 2, /MODEL or VECTORS\.npy must be given/],
    [[five, ...byRank, "--preset", "ada-b.cari"], 2, /--preset goes with --by threshold/],
    [[three, "--pairs", text, "--by", "threshold", "--margin", "1"], 2, /--margin goes with --by rank/],
    [[five, ...byRank, "--list", "candidates", "--report", path("r.html")], 2, /--list goes without --report/],
    [[three, "--pairs", text, "--by", "threshold"], 1, /Give --preset, or --positive-distance/],
    [[three, "--pairs", text, "--by", "threshold", "--preset", "x"], 1, /no x\. Take one of ada-b\.cari, ada-twitter/],
    [[three, "--pairs", text, "--by", "threshold", "--preset", "ada-b.cari"], 1, /row 2 of vectors holds NaN/],
    [
      [five, "--pairs", text, "--by", "threshold", "--preset", "ada-b.cari"],
      1,
      /holds 5 vectors, there are 3 distinct/,
    ],
    [[three, ...byRank], 1, /holds 3 vectors, there are 5 distinct texts.*--list texts/],
    [[five, ...byRank, "--query-prompt", "x"], 1, /prompts cannot be put before texts that are vectors/],
    [[five, ...byRank, "--rescore", jsonl("few.jsonl", [scored])], 1, /3 of the first 4 pairs have no score, such as/],
    [
      [five, ...byRank, "--rescore", jsonl("twice.jsonl", [scored, scored])],
      1,
      /twice\.jsonl:2: this pair has a score/,
    ],
    [[five, ...byRank, "--rescore", jsonl("bad.jsonl", [{ query: "q" }])], 1, /bad\.jsonl:1: a row must have texts/],
    [[five, ...byRank.slice(0, 4), "--per-query", "9"], 1, /perQuery is 9, the pool has 4 passages/],
  ];
  const found = await Promise.all(
    mistakes.map(async ([args, exit, words], i) => {
      const files = ["--output", path(`x${i}.jsonl`)];
      const { code, out, err } = await cli(["mine", ...args, ...files]);
      assert.deepEqual([code, out], [exit, ""], `${args.join(" ")}\n${err}`);
      assert.match(err, words);
      assert.doesNotMatch(err, /bug/);
      return existsSync(path(`x${i}.jsonl`));
    }),
  );
  assert.deepEqual(found, Array(mistakes.length).fill(false));
  const report = path("none.html");
  const { code } = await cli(["mine", three, ...byRank, "--report", report, "--output", path("none.jsonl")]);
  assert.deepEqual([code, existsSync(report)], [1, false]);
});
