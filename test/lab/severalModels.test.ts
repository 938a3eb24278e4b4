import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { parseExperiment } from "../../src/config/parseExperiment.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { experimentOfRun } from "../../src/lab/experimentOfRun.ts";
import type { LabOptions } from "../../src/lab/labOptions.ts";
import { type LabResult, runExperiment } from "../../src/lab/runExperiment.ts";
import { Embedder } from "../../src/model/embedder.ts";
import { weightsDigest } from "../../src/model/weightsDigest.ts";
import { openStore } from "../../src/track/openStore.ts";
import { scratch, tinyDataset } from "./lab.ts";

const folder = scratch();
const storeDir = join(folder, "store");
const data = tinyDataset(folder);
const [BERT, CLS] = ["st6-bert", "st5-cls"].map((name) => join(import.meta.dirname, "../fixtures/model", name));

before(() => openEngine({ threads: 1 }));

/** Runs an experiment whose own model is as said. */
function run(model: string, systems: string, options: LabOptions = {}): Promise<LabResult> {
  const text = `name: several
threads: 1
data: { name: ${JSON.stringify(data)}, trainFields: [query, formal] }
model: ${model}
mine: { perQuery: 2, window: [0, 10] }
train: { batchSize: 8, lr: 1e-2, maxSteps: 4, warmupSteps: 1 }
evaluate: { fields: [query, formal], k: [1, 5, 20], intervals: { resamples: 50 } }
systems:
${systems}`;
  return runExperiment(parseExperiment(text), { storeDir, ...options });
}

/** What a table and the ranks of single queries say of a system, without its name. */
function figures({ runId, tables }: LabResult, system: string): unknown[][] {
  const store = openStore({ dir: storeDir });
  const { perQuery } = store.tables(runId);
  store.close();
  const lines = [...tables.recall.rows, ...perQuery.rows].filter((row) => row.includes(system));
  assert.ok(lines.length > 2, `there are ${lines.length} lines of ${system}`);
  return lines.map((row) => row.filter((cell) => cell !== system));
}

function stored(result: LabResult): { weights: (system: string) => string; tags: Record<string, string> } {
  const store = openStore({ dir: storeDir });
  const { tags } = store.run(result.runId);
  const artifacts = store.artifacts(result.runId);
  store.close();
  const weights = (system: string): string => {
    const found = artifacts.find(({ path }) => path === `models/${system}/model.safetensors`);
    assert.ok(found, `${system} has no weights`);
    return found.sha256;
  };
  return { weights, tags };
}

test("two models in one table have the figures that each has alone, with its own length", async () => {
  const lines = `  first: { kind: base }
  second: { kind: base, model: ${CLS} }
  short: { kind: base, model: ${CLS}, maxLength: 6 }
  bm25: { kind: bm25 }
  hybrid: { kind: hybrid, dense: short, weight: 0.5 }`;
  const both = await run(`{ name: ${BERT}, maxLength: 32 }`, lines);
  const seen = new Set<string>();
  for (const [name, model] of [
    ["first", `{ name: ${BERT}, maxLength: 32 }`],
    ["second", `{ name: ${CLS} }`],
    ["short", `{ name: ${CLS}, maxLength: 6 }`],
  ] as const) {
    const alone = await run(model, "  only: { kind: base }");
    assert.deepEqual(figures(both, name), figures(alone, "only"), name);
    seen.add(JSON.stringify(figures(alone, "only")));
  }
  assert.equal(seen.size, 3, "each model and each length tell other figures");
  const mixed = await run(
    `{ name: ${CLS}, maxLength: 6 }`,
    "  z: { kind: base }\n  bm25: { kind: bm25 }\n  only: { kind: hybrid, dense: z, weight: 0.5 }",
  );
  assert.deepEqual(figures(both, "hybrid"), figures(mixed, "only"));
});

test("the same model with the same length is loaded once, whoever names it, and is freed at the end", async () => {
  const engine = await openEngine();
  const before = engine.memory().tensors;
  const said: string[] = [];
  const lines = `  own: { kind: base }
  named: { kind: base, model: ${BERT}, maxLength: 32 }
  second: { kind: base, model: ${CLS} }
  again: { kind: base, model: ${CLS} }
  short: { kind: base, model: ${CLS}, maxLength: 6 }
  tuned: { kind: finetune, from: again, negatives: mined, mineWith: second }`;
  const result = await run(`{ name: ${BERT}, maxLength: 32 }`, lines, { say: (line) => said.push(line) });
  const loaded = said.filter((line) => line.startsWith("Loading"));
  assert.deepEqual(
    loaded,
    [BERT, CLS, CLS].map((name) => `Loading the model ${name}.`),
  );
  assert.deepEqual(figures(result, "own"), figures(result, "named"));
  assert.deepEqual(figures(result, "second"), figures(result, "again"));
  assert.notDeepEqual(figures(result, "second"), figures(result, "short"));
  assert.equal(engine.memory().tensors, before);
});

test("training starts from the model that its base names, and mines with it, as if that were the experiment's own", async () => {
  const lines = `  first: { kind: base }
  second: { kind: base, model: ${CLS}, maxLength: 6 }
  tuned1: { kind: finetune }
  tuned2: { kind: finetune, from: second }
  mined2: { kind: finetune, from: second, negatives: mined }
  crossed: { kind: finetune, from: second, negatives: mined, mineWith: first }
  on: { kind: finetune, from: tuned2 }`;
  const both = await run(`{ name: ${BERT} }`, lines);
  const alone = await run(
    `{ name: ${CLS}, maxLength: 6 }`,
    "  tuned2: { kind: finetune }\n  mined2: { kind: finetune, negatives: mined }\n  on: { kind: finetune, from: tuned2 }",
  );
  for (const name of ["tuned2", "mined2", "on"]) {
    assert.equal(stored(both).weights(name), stored(alone).weights(name), name);
    assert.deepEqual(figures(both, name), figures(alone, name));
  }
  const all = ["tuned1", "tuned2", "mined2", "crossed", "on"].map(stored(both).weights);
  assert.equal(new Set(all).size, all.length);
});

test("a run that goes on measures stored weights with the length of the model they began with", async () => {
  const lines = `  second: { kind: base, model: ${CLS}, maxLength: 6 }
  tuned: { kind: finetune, from: second }
  on: { kind: finetune, from: tuned }`;
  const model = `{ name: ${BERT}, maxLength: 32 }`;
  const whole = await run(model, lines);
  const controller = new AbortController();
  const say = (line: string): void => {
    if (line.startsWith("Training on ")) controller.abort();
  };
  const { runId, status } = await run(model, lines, { signal: controller.signal, say });
  assert.equal(status, "KILLED");
  const heard: string[] = [];
  const { experiment } = experimentOfRun(runId, storeDir);
  const finished = await runExperiment(experiment, { storeDir, resume: runId, say: (line) => heard.push(line) });
  assert.ok(heard.includes("tuned was trained already."), heard.join("\n"));
  for (const name of ["second", "tuned", "on"]) assert.deepEqual(figures(finished, name), figures(whole, name), name);
});

test("a run does not go on with other weights than it began with", async () => {
  const copy = join(folder, "changing");
  cpSync(CLS, copy, { recursive: true });
  const lines = `  second: { kind: base, model: ${copy} }\n  tuned: { kind: finetune, from: second }`;
  const controller = new AbortController();
  const say = (line: string): void => {
    if (line.startsWith("Training tuned")) controller.abort();
  };
  const { runId, status } = await run(`{ name: ${BERT} }`, lines, { signal: controller.signal, say });
  assert.equal(status, "KILLED");
  const weights = join(copy, "model.safetensors");
  const bytes = readFileSync(weights);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString("utf8", 8, start)) as Record<string, { data_offsets: [number, number] }>;
  const name = Object.keys(header).find((tensor) => tensor.endsWith("word_embeddings.weight")) as string;
  bytes[start + header[name].data_offsets[0]] ^= 1;
  writeFileSync(weights, bytes);
  const { experiment } = experimentOfRun(runId, storeDir);
  const before = stored({ runId } as LabResult).tags["sulam.weights.base.second"];
  await assert.rejects(
    runExperiment(experiment, { storeDir, resume: runId }),
    /base\.second: the run began with other weights: sha256 \w{12}, now \w{12}\. Bring the old model back/,
  );
  assert.equal(stored({ runId } as LabResult).tags["sulam.weights.base.second"], before);
  rmSync(copy, { recursive: true });
});

test("the run keeps the digest of each model that it was given, by the base system that names it", async () => {
  const digests: Record<string, string> = {};
  for (const path of [BERT, CLS]) {
    const model = await Embedder.load(path);
    digests[path] = weightsDigest(model);
    model.dispose();
  }
  const kept = (result: LabResult) =>
    Object.fromEntries(Object.entries(stored(result).tags).filter(([key]) => key.startsWith("sulam.weights")));
  const two = `  first: { kind: base }
  second: { kind: base, model: ${CLS} }
  again: { kind: base, model: ${CLS} }
  short: { kind: base, model: ${CLS}, maxLength: 6 }`;
  assert.deepEqual(kept(await run(`{ name: ${BERT} }`, two)), {
    "sulam.weights.base": digests[BERT],
    "sulam.weights.base.second": digests[CLS],
    "sulam.weights.base.again": digests[CLS],
    "sulam.weights.base.short": digests[CLS],
  });
  const none = `  bm25: { kind: bm25 }\n  second: { kind: base, model: ${CLS} }`;
  assert.deepEqual(kept(await run(`{ name: ${BERT} }`, none)), { "sulam.weights.base.second": digests[CLS] });
});

test("a model that cannot be loaded is told with its system, before anything is trained", async () => {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  const slips: [name: string, words: RegExp][] = [
    [
      "nowhere",
      /^systems\.second: the model nowhere cannot be loaded\. nowhere: is no folder and no registered model\. Give a folder, /,
    ],
    [empty, /^systems\.second: the model .*empty cannot be loaded\. .*empty.*config\.json/],
  ];
  for (const [name, words] of slips) {
    const said: string[] = [];
    const lines = `  tuned: { kind: finetune }\n  second: { kind: base, model: ${name} }`;
    const failed = run(`{ name: ${BERT} }`, lines, { say: (line) => said.push(line) });
    await assert.rejects(failed, (error: Error) => {
      assert.match(error.message, words);
      return true;
    });
    assert.ok(!said.some((line) => line.startsWith("Training")), said.join("\n"));
  }
});
