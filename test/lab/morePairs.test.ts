import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { FinetuneSystem } from "../../src/config/experiment.ts";
import { parseExperiment } from "../../src/config/parseExperiment.ts";
import { loadDataset } from "../../src/data/loadDataset.ts";
import { experimentOfRun } from "../../src/lab/experimentOfRun.ts";
import { morePairs } from "../../src/lab/morePairs.ts";
import { runExperiment } from "../../src/lab/runExperiment.ts";
import { trainingExamples } from "../../src/lab/trainingExamples.ts";
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
  assert.deepEqual(inputs[1], ["same.jsonl", sha256.slice(0, 32)]);
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
  assert.ok(said.includes("1 rows of mixed.jsonl have another split than train and do not train."), said.join("\n"));
  const store = openStore({ dir: storeDir });
  const { params } = store.run(runId);
  assert.deepEqual([params["data.more"], params["systems.more.data.more"]], [undefined, JSON.stringify([more])]);
  store.close();
});

test("withoutDomains leaves out rows of a file by what they say, else by the dataset's rows of their group", async () => {
  const malay = await loadDataset("malay-mini");
  const { train } = malay.split();
  const undang = train.rows.find(({ domain }) => domain === "undang")!;
  const more = file("domains.jsonl", [
    { query: "satu", positive: "a", domain: "undang" },
    { query: "dua", positive: "b", group: undang.group },
    { query: "tiga", positive: "c", group: undang.group, domain: "forum" },
    { query: "empat", positive: "d" },
  ]);
  const said = { more: [more], withoutDomains: ["undang"] };
  const experiment = parseExperiment(`name: x\ndata: ${JSON.stringify(said)}\nsystems: { tuned: { kind: finetune } }`);
  const { examples } = trainingExamples({ dataset: malay, more: await morePairs(experiment) }, experiment.data);
  assert.deepEqual(
    examples.slice(-3).map(({ query }) => query),
    [examples.at(-3)!.query, "tiga", "empat"],
  );
  assert.ok(
    malay.rows.some(({ passage }) => passage === examples.at(-3)!.pos[0]),
    "then the dataset's own",
  );
});

test("a file that holds a test passage is a leak, and one that changed is not gone on with", async () => {
  const victim = rows.find(({ split }) => split === "test");
  const leaky = file("leaky.jsonl", [...asPairs, { query: "apa", positive: victim.passage }]);
  const more = `data.more=[${JSON.stringify(leaky)}]`;
  await assert.rejects(runExperiment(tinyExperiment(data, more, tuned), { storeDir }), /seen 1 of 24 test texts/);
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
    () => tinyExperiment(data, 'systems={"a": {"kind": "finetune", "data": {"trainFields": []}}}'),
    /systems\.a\.data\.trainFields` is empty/,
  );
});
