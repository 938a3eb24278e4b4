import assert from "node:assert/strict";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cli, scratch } from "./cli.ts";

const fixtures = join(import.meta.dirname, "../fixtures");
const model = join(fixtures, "model/st6-bert");
const crossEncoder = join(fixtures, "model/cross-encoder");
const folder = scratch();

type Row = [query: string, positive: string, first: string, second: string, scores: number[]];
const peer: { pairs: [string, string][]; corpus: string[]; rows: Row[] } = JSON.parse(
  readFileSync(join(fixtures, "mine/cross_encoder.json"), "utf8"),
);
const jsonl = (name: string, rows: readonly unknown[]): string => {
  writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return join(folder, name);
};
const pairs = jsonl(
  "pairs.jsonl",
  peer.pairs.map(([query, positive]) => ({ query, positive })),
);
const passages = jsonl(
  "passages.jsonl",
  peer.corpus.map((text) => ({ text })),
);
const asked = ["--pairs", pairs, "--passages", passages, "--exact-texts", "--per-query", "2", "--window", "1,10"];
const form = ["--margin", "0.02", "--format", "n-tuple", "--scores"];

interface MinedRow {
  query: string;
  neg: string[];
  negScores: number[];
  scores: number[];
}

/** What `mine` writes when the cross-encoder rescores. */
async function minedRows(options: readonly string[]): Promise<MinedRow[]> {
  const { code, out, err } = await cli(["mine", model, ...options, "--rescore", crossEncoder, "--output", "-"]);
  assert.equal(code, 0, err);
  return out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("mine with a cross-encoder gives the rows of sentence-transformers with the same two models", async () => {
  for (const more of [[], ["--token-budget", "100"]]) {
    const rows = await minedRows([...asked, ...form, ...more]);
    assert.equal(rows.length, peer.rows.length);
    for (const [i, [query, positive, negative_1, negative_2, scores]] of peer.rows.entries()) {
      assert.deepEqual({ ...rows[i], scores: [] }, { query, positive, negative_1, negative_2, scores: [] });
      for (const [at, score] of scores.entries()) assert.ok(Math.abs(rows[i].scores[at] - score) < 1e-5, `row ${i}`);
    }
  }
});

test("a prompt is the embedder's, not the cross-encoder's", async () => {
  const report = join(folder, "suspects.html");
  const scoresOf = async (...prompts: string[]): Promise<Map<string, number>> => {
    const all = ["--per-query", "16", "--window", "0,16", "--report", report];
    const rows = await minedRows(["--pairs", pairs, ...all, ...prompts]);
    return new Map(
      rows.flatMap(({ query, neg, negScores }) => neg.map((n: string, i: number) => [query + n, negScores[i]])),
    );
  };
  const [bare, prompted] = [
    await scoresOf(),
    await scoresOf("--query-prompt", "tanya: ", "--passage-prompt", "teks: "),
  ];
  assert.equal(bare.size, 16 * 15);
  for (const [pair, score] of bare) assert.ok(Math.abs(prompted.get(pair)! - score) < 1e-5, pair);
  assert.match(readFileSync(report, "utf8"), /scored by .*cross-encoder/s);
});

test("a cross-encoder that is not supported is told in one line that names its folder, and leaves no file", async () => {
  const changed = (name: string, fields: Record<string, unknown>): string => {
    const copy = join(folder, name);
    cpSync(crossEncoder, copy, { recursive: true });
    const config = JSON.parse(readFileSync(join(copy, "config.json"), "utf8"));
    writeFileSync(join(copy, "config.json"), JSON.stringify({ ...config, ...fields }));
    return copy;
  };
  const roberta = { model_type: "roberta", architectures: ["RobertaForSequenceClassification"] };
  const mistakes: [string, RegExp][] = [
    [changed("roberta", roberta), /roberta: a cross-encoder's architecture must be Bert.*other .* not supported\./],
    [
      changed("three", { id2label: { 0: "a", 1: "b", 2: "c" } }),
      /three\/config\.json: the model must have 1 label, got 3/,
    ],
    [join(folder, "nowhere"), /nowhere: is no folder and no registered model/],
  ];
  for (const [scorer, words] of mistakes) {
    const output = join(folder, "none.jsonl");
    const { code, out, err } = await cli(["mine", model, ...asked, "--rescore", scorer, "--output", output]);
    assert.deepEqual([code, out, existsSync(output)], [1, "", false], err);
    assert.match(err, words);
    assert.equal(err.trim().split("\n").length, 1, err);
  }
});
