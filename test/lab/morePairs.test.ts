import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { FinetuneSystem } from "../../src/config/experiment.ts";
import { parseExperiment } from "../../src/config/parseExperiment.ts";
import { loadDataset } from "../../src/data/loadDataset.ts";
import { domainsOf } from "../../src/lab/domainsOf.ts";
import { experimentOfRun } from "../../src/lab/experimentOfRun.ts";
import { morePairs } from "../../src/lab/morePairs.ts";
import { runExperiment } from "../../src/lab/runExperiment.ts";
import { trainingExamples } from "../../src/lab/trainingExamples.ts";
import { withOwnNegatives } from "../../src/lab/withOwnNegatives.ts";
import { openStore } from "../../src/track/openStore.ts";
import { scratch, tinyDataset, tinyExperiment } from "./lab.ts";

const folder = scratch();
const storeDir = join(folder, "store");
const data = tinyDataset(folder);
const rows = readFileSync(data, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

function file(name: string, values: readonly object[]): string {
  writeFileSync(join(folder, name), values.map((value) => `${JSON.stringify(value)}\n`).join(""));
  return join(folder, name);
}

/** The training rows as `{query, pos, group}`. */
const asPairs = rows
  .filter(({ split }) => split === "train")
  .map(({ query, passage, topic }) => ({ query, pos: [passage], group: topic }));
const tuned = 'systems={"tuned": {"kind": "finetune"}}';

function weights(runId: string): string {
  const store = openStore({ dir: storeDir });
  const path = store.artifactFile(runId, "models/tuned/model.safetensors");
  store.close();
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

test("a file of the dataset's own pairs trains to the same bits as the dataset", async () => {
  const more = file("same.jsonl", asPairs);
  const own = await runExperiment(tinyExperiment(data, "data.trainFields=[query]", tuned), { storeDir });
  const read = tinyExperiment(data, "data.trainFields=[]", `data.more=[${JSON.stringify(more)}]`, tuned);
  const given = await runExperiment(read, { storeDir });
  assert.deepEqual(given.tables, own.tables);
  assert.equal(weights(given.runId), weights(own.runId));
  const store = openStore({ dir: storeDir });
  const sha256 = createHash("sha256").update(readFileSync(more)).digest("hex");
  const inputs = store.inputs(given.runId).map(({ name, digest }) => [name, digest]);
  assert.deepEqual(inputs.at(-1), ["same.jsonl", sha256.slice(0, 32)]);
  assert.equal(store.run(given.runId).params["data.more"], JSON.stringify([more]));
  store.close();
});

test("one system may train on more than another; rows of another split do not train, and are counted", async () => {
  const more = file("mixed.jsonl", [
    { anchor: "apa itu hujan", positive: "air yang turun", negative_1: "batu", negative_2: "api" },
    { query: "rahsia", positive: "ujian", split: "test" },
  ]);
  const both = `systems={"plain": {"kind": "finetune"}, "more": {"kind": "finetune", "data": {"more": [${JSON.stringify(more)}]}}}`;
  const experiment = tinyExperiment(data, both);
  const source = { dataset: await loadDataset(data), more: await morePairs(experiment) };
  const [plain, added] = ["plain", "more"].map((name) =>
    trainingExamples(source, (experiment.systems[name] as FinetuneSystem).data),
  );
  assert.deepEqual(added.examples, [
    ...plain.examples,
    { query: "apa itu hujan", pos: ["air yang turun"], neg: ["batu", "api"] },
  ]);
  // a tokenizer learns from them, too
  assert.deepEqual(new Set(added.texts), new Set([...plain.texts, "apa itu hujan", "air yang turun"]));
  const said: string[] = [];
  const { runId } = await runExperiment(experiment, { storeDir, say: (line) => said.push(line) });
  assert.ok(said.includes("mixed.jsonl: 1 row of another split than train is left out."), said.join("\n"));
  const store = openStore({ dir: storeDir });
  const { params } = store.run(runId);
  assert.deepEqual([params["data.more"], params["systems.more.data.more"]], [undefined, JSON.stringify([more])]);
  store.close();
});

test("withoutDomains leaves out rows of a file by what they say, else by the dataset's rows of their group or passages", async () => {
  const malay = await loadDataset("malay-mini");
  const { train } = malay.split();
  const of = (domain: string) => train.rows.find((row) => row.domain === domain)!;
  const [undang, forum] = [of("undang"), of("forum")];
  const more = file("domains.jsonl", [
    { query: "satu", positive: "a", domain: "undang" },
    { query: "dua", positive: "b", group: undang.group },
    { query: "tiga", positive: "c", group: undang.group, domain: "forum" },
    { query: "empat", positive: "d", domain: 7 },
    { query: "lima", positive: undang.passage },
    { query: "enam", positive: forum.passage, negative_1: undang.passage, negative_2: "e" },
  ]);
  const experiment = parseExperiment(
    `name: x\ndata: { more: [${JSON.stringify(more)}], withoutDomains: [undang] }\nsystems: { a: { kind: finetune } }`,
  );
  const { data } = experiment;
  const source = { dataset: malay, more: await morePairs(experiment) };
  const { examples, untold } = trainingExamples(source, data);
  const own = trainingExamples(source, { ...data, more: [] }).examples;
  assert.deepEqual(examples.slice(0, own.length), own);
  assert.deepEqual(
    examples.slice(own.length).map(({ query, neg }) => [query, neg]),
    [
      ["tiga", []],
      ["empat", []],
      ["enam", ["e"]],
    ],
  );
  assert.equal(untold, 1, "of `empat` nothing tells the domain");
  assert.equal(trainingExamples(source, { ...data, withoutDomains: undefined }).examples.length, 450 * 5 + 6);
});

test("negatives that a file comes with train beside those that are mined, and before them", async () => {
  const own = { query: "q", pos: ["p"], neg: ["a", "b"] };
  const bare = { query: "r", pos: ["p"], neg: [] };
  const found = [
    { ...own, neg: ["b", "c"], negScores: [0.5, 0.4] },
    { ...bare, neg: ["d"], negScores: [0.3] },
  ];
  assert.deepEqual(withOwnNegatives(found, [own, bare]), [{ ...own, neg: ["a", "b", "c"] }, found[1]]);
  // where mining finds nothing, it trains to the bits of training without mining
  const passages = asPairs.map(({ pos: [text] }) => text);
  const more = file(
    "negatives.jsonl",
    asPairs.map((pair, i) => ({ ...pair, neg: [passages[(i + 9) % passages.length]] })),
  );
  const named = ["data.trainFields=[]", `data.more=[${JSON.stringify(more)}]`];
  const [mined, plain] = ['"negatives": "mined", "mine": {"maxScore": -1}', '"negatives": "inBatch"'].map((how) =>
    runExperiment(tinyExperiment(data, ...named, `systems={"tuned": {"kind": "finetune", ${how}}}`), { storeDir }),
  );
  assert.equal(weights((await mined).runId), weights((await plain).runId));
});

test("a file that holds a test passage is a leak, and one that changed is not gone on with", async () => {
  const victim = rows.find(({ split }) => split === "test");
  const leaky = join(folder, "leaky.jsonl");
  const more = `data.more=[${JSON.stringify(leaky)}]`;
  for (const held of [{ positive: victim.passage }, { positive: "b", neg: ["c", victim.passage] }]) {
    file("leaky.jsonl", [...asPairs, { query: "apa", ...held }]);
    await assert.rejects(runExperiment(tinyExperiment(data, more, tuned), { storeDir }), /seen 1 of 24 test texts/);
  }
  file("leaky.jsonl", asPairs);
  const controller = new AbortController();
  const say = (line: string): void => {
    if (line.startsWith("Training")) controller.abort();
  };
  const { runId } = await runExperiment(tinyExperiment(data, more, tuned), {
    storeDir,
    signal: controller.signal,
    say,
  });
  const { experiment } = experimentOfRun(runId, storeDir);
  file("leaky.jsonl", asPairs.slice(1));
  const words = /leaky\.jsonl: run [0-9a-f]{8} began with other data/;
  await assert.rejects(runExperiment(experiment, { storeDir, resume: runId }), words);
  file("leaky.jsonl", asPairs);
  assert.equal((await runExperiment(experiment, { storeDir, resume: runId })).status, "FINISHED");
});

test("what a fresh model's tokenizer learns from counts as seen, though no system trains on it", async () => {
  const more = file("apart.jsonl", asPairs);
  const own = `systems={"a": {"kind": "finetune", "data": {"trainFields": [], "more": [${JSON.stringify(more)}]}}}`;
  const experiment = tinyExperiment(data, "data.trainSplits=[train, test]", own);
  await assert.rejects(runExperiment(experiment, { storeDir }), /training has seen 24 of 24 test texts/);
});

test("a row's domain that is empty tells nothing", async () => {
  const told = [
    { id: "1", group: "g", domain: "", passage: "a", query: "q1", split: "train" },
    { id: "2", group: "h", domain: "undang", passage: "b", query: "q2", split: "train" },
  ];
  const dataset = await loadDataset(file("told.jsonl", told));
  const { ofExample, ofPassage } = domainsOf(dataset);
  assert.deepEqual(ofExample({ query: "x", pos: ["b"], neg: [], group: "g" }), ["undang"]);
  assert.deepEqual([ofPassage("a"), ofPassage("b"), ofPassage("c")], [[], ["undang"], []]);
});

test("what cannot be trained on is told before a run is made", async () => {
  mkdirSync(join(folder, "other"), { recursive: true });
  const [one, two] = [file("twice.jsonl", asPairs), file("other/twice.jsonl", asPairs)];
  const slips: [string[], RegExp][] = [
    [[`data.more=${JSON.stringify([one, two])}`], /data\.more: .*other\/twice\.jsonl have one name/],
    [[`data.more=[${JSON.stringify(join(folder, "absent.jsonl"))}]`], /absent\.jsonl/],
    [[`data.more=[${JSON.stringify(file("empty.jsonl", [{ query: "a" }]))}]`], /empty\.jsonl:1: a row must have/],
  ];
  for (const [overrides, words] of slips)
    await assert.rejects(runExperiment(tinyExperiment(data, ...overrides, tuned), { storeDir }), words);
  assert.throws(
    () => tinyExperiment(data, "data.trainFields=[]", tuned),
    /data\.trainFields` is empty, and no `data\.more`/,
  );
  assert.throws(
    () => tinyExperiment(data, `data.more=${JSON.stringify([one, one])}`, tuned),
    /must name each file once/,
  );
  await assert.rejects(
    runExperiment(tinyExperiment(data, `data.more=${JSON.stringify([one, `${folder}/other/../twice.jsonl`])}`, tuned), {
      storeDir,
    }),
    /data\.more: .* name one file twice/,
  );
  // a fresh model's tokenizer has nothing to learn from, if there is one
  const words = 'systems={"bm25": {"kind": "bm25"}}';
  assert.deepEqual(tinyExperiment(data, "data.trainFields=[]", words).data.trainFields, []);
  const alone = `systems={"a": {"kind": "finetune", "data": {"more": [${JSON.stringify(one)}]}}}`;
  assert.throws(() => tinyExperiment(data, "data.trainFields=[]", alone), /data\.trainFields` is empty/);
  const dropping = 'systems={"a": {"kind": "finetune", "negatives": "mined", "mine": {"dropGroup": true}}}';
  const groupless = `data.more=[${JSON.stringify(file("groupless.jsonl", [{ query: "a", positive: "b" }]))}]`;
  await assert.rejects(
    runExperiment(tinyExperiment(data, groupless, dropping), { storeDir }),
    /systems\.a\.mine\.dropGroup: needs every pair's group, and 1 pairs of .*groupless\.jsonl name none/,
  );
  assert.throws(
    () => tinyExperiment(data, 'systems={"a": {"kind": "finetune", "data": {"trainFields": []}}}'),
    /systems\.a\.data\.trainFields` is empty/,
  );
});
