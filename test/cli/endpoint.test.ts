import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { answer, embeddings, vectorOf } from "../remote/apiServer.ts";
import { useApi } from "../remote/useApi.ts";
import { cli, scratch } from "./cli.ts";

const folder = scratch();
const path = (name: string): string => join(folder, name);

const api = useApi();

const to = (cache: string): string[] => ["--endpoint", api.server.url, "--answers", path(cache), "--price", "2"];

test("encode writes an API's vectors in the texts' order, and says what they cost", async () => {
  const texts = ["selamat pagi", "apa khabar", "selamat pagi", "baik"];
  writeFileSync(path("texts.txt"), `${texts.join("\n")}\n`);
  api.server.queue = [answer(429, "", { "retry-after": "0" })];
  const args = ["encode", "ada", "--input", path("texts.txt"), "--output", path("vectors.jsonl"), "--json"];
  const { code, out, err } = await cli([...args, ...to("encode")]);
  assert.equal(code, 0, err);
  const rows = readFileSync(path("vectors.jsonl"), "utf8").trimEnd().split("\n");
  assert.deepEqual(
    rows.map((row) => [...Float32Array.from(JSON.parse(row))]),
    texts.map((text) => [...Float32Array.from(vectorOf(text))]),
  );
  const { texts: count, dimension, usage } = JSON.parse(out);
  assert.deepEqual([count, dimension, usage.requests, usage.failures], [4, 3, 2, { busy: 1 }]);
  // 3 different texts at 7 tokens, $2 a million
  assert.equal(usage.dollars, 42 / 1e6);
  assert.match(err, /The API had 2 requests \(1 retries; failures: 1 busy\), 0 answers .*; 21 tokens, \$0\.0000\./);
});

test("eval measures an API: texts that are their own answer are found first", async () => {
  const dir = path("set");
  mkdirSync(dir);
  const texts = ["a", "bb ccc", "dddd ee f gg", "hhhhhhhh"];
  const jsonl = (rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  writeFileSync(join(dir, "corpus.jsonl"), jsonl(texts.map((text, i) => ({ id: `d${i}`, text }))));
  writeFileSync(join(dir, "queries.jsonl"), jsonl(texts.map((text, i) => ({ id: `q${i}`, text }))));
  const qrels = texts.map((_, i) => ({ query_id: `q${i}`, doc_id: `d${i}`, relevance: 1 }));
  writeFileSync(join(dir, "qrels.jsonl"), jsonl(qrels));
  const { code, out, err } = await cli(["eval", "ada", "--data", dir, "--json", ...to("eval")]);
  assert.equal(code, 0, err);
  const scores = JSON.parse(out);
  assert.deepEqual([scores.recallAt1, scores.queries, scores.usage.requests], [1, 4, 1]);
  // queries that are also passages come from the cache
  assert.equal(scores.usage.fromCache, 4);
});

test("an API that gives NaN leaves no file, and its reason in one line", async () => {
  writeFileSync(path("one.txt"), "satu\n");
  api.server.queue = Array.from({ length: 9 }, () =>
    embeddings((data) => data.map((x) => ({ ...x, embedding: [null] }))),
  );
  const args = ["encode", "ada", "--input", path("one.txt"), "--output", path("none.npy")];
  const { code, err } = await cli([...args, ...to("nan")]);
  assert.equal(code, 1);
  assert.match(err, /embeddings: embedding 0 must hold finite numbers, got null at place 0\./);
  assert.throws(() => readFileSync(path("none.npy")), /ENOENT/);
});

test("reproduce sets an API's model beside the published figures of the same name", async () => {
  const rows = Array.from({ length: 8 }, (_, i) => ({ query: `kata ${i}`, pos: [`kata ke-${i}`], neg: [`lain ${i}`] }));
  writeFileSync(path("twitter-pool.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const asked = ["reproduce", "similarity", "--pool", path("twitter-pool.jsonl"), "--dataset", "twitter", "--json"];
  const service = ["--service", "text-embedding-ada-002", "--store", path("store")];
  const { code, out, err } = await cli([...asked, ...service, ...to("reproduce")]);
  assert.equal(code, 0, err);
  const { rows: lines } = JSON.parse(out);
  const own = lines.find(
    ({ system, dataset }: { system: string; dataset: string }) =>
      system === "text-embedding-ada-002" && dataset === "twitter",
  );
  assert.ok(own.published !== null && own.reproduced.pool === 24 && own.why === "", out);
  assert.match(err, /The API had \d+ requests/);
  const without = await cli([...asked, "--service", "ada"]);
  assert.deepEqual([without.code, without.out], [2, ""]);
  assert.match(without.err, /--endpoint must be given/);
});
