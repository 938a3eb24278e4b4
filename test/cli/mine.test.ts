import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cli, scratch } from "./cli.ts";

const model = join(import.meta.dirname, "../fixtures/model/st6-bert");
const folder = scratch();
const path = (name: string): string => join(folder, name);
const pairs = Array.from({ length: 12 }, (_, i) => ({ query: `soalan nombor ${i}`, positive: `jawapan nombor ${i}` }));
writeFileSync(path("pairs.jsonl"), pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(""));

test("mine adds negatives and their scores to each pair, most similar first, never the positive", async () => {
  const args = ["mine", model, "--pairs", path("pairs.jsonl"), "--per-query", "3", "--window", "0,8"];
  const { code, out, err } = await cli([...args, "--output", path("mined.jsonl"), "--json"]);
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), { pairs: 12, negatives: 36, output: path("mined.jsonl") });
  const rows = readFileSync(path("mined.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(rows.length, 12);
  for (const [i, row] of rows.entries()) {
    assert.deepEqual(Object.keys(row), ["query", "pos", "neg", "negScores"]);
    assert.deepEqual([row.query, row.pos], [pairs[i].query, [pairs[i].positive]]);
    assert.equal(new Set(row.neg).size, 3);
    assert.ok(row.neg.every((text: string) => text !== pairs[i].positive && pairs.some((p) => p.positive === text)));
    assert.deepEqual(row.negScores, row.negScores.toSorted?.((a: number, b: number) => b - a) ?? row.negScores);
  }
  const piped = await cli([...args, "--output", "-"]);
  assert.equal(piped.out, readFileSync(path("mined.jsonl"), "utf8"));
});

test("with fewer pairs than the five negatives that are usual, each gets those there are", async () => {
  writeFileSync(
    path("few.jsonl"),
    pairs
      .slice(0, 4)
      .map((pair, i) => `${JSON.stringify({ ...pair, split: i === 3 ? "test" : "train" })}\n`)
      .join(""),
  );
  const { code, out, err } = await cli(["mine", model, "--pairs", path("few.jsonl"), "--output", "-"]);
  assert.equal(code, 0, err);
  assert.deepEqual(
    out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).neg.length),
    [2, 2, 2],
  );
  assert.match(err, /3 pairs found fewer than 3/);
  assert.match(err, /1 row of another split than train is left out/);
});

test("pairs that cannot be used and a window that does not fit are told in one line", async () => {
  writeFileSync(path("empty.jsonl"), "");
  writeFileSync(path("broken.jsonl"), '{"query": "a", "positive": "b"}\n{"query": "a"}\n');
  const mistakes: [string[], number, RegExp][] = [
    [["--pairs", path("empty.jsonl")], 1, /empty\.jsonl/],
    [["--pairs", path("broken.jsonl")], 1, /broken\.jsonl:2: .*positive/],
    [["--pairs", path("absent.jsonl")], 1, /absent\.jsonl/],
    [["--pairs", path("pairs.jsonl"), "--window", "50,60"], 1, /window starts at rank 50, the pool has 12/],
    [["--pairs", path("pairs.jsonl"), "--window", "9"], 2, /two rising whole numbers/],
    [["--pairs", path("pairs.jsonl"), "--margin", "x"], 2, /It must be a number/],
    [[], 2, /--pairs must be given/],
  ];
  for (const [args, exit, words] of mistakes) {
    const { code, out, err } = await cli(["mine", model, "--output", path("x.jsonl"), ...args]);
    assert.deepEqual([code, out], [exit, ""], err);
    assert.match(err, words);
    assert.doesNotMatch(err, /bug/);
  }
});
