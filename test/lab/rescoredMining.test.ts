import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import type { FinetuneSystem } from "../../src/config/experiment.ts";
import { parseExperiment } from "../../src/config/parseExperiment.ts";
import { loadDataset } from "../../src/data/loadDataset.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import type { LabOptions } from "../../src/lab/labOptions.ts";
import { type LabResult, runExperiment } from "../../src/lab/runExperiment.ts";
import { trainingExamples } from "../../src/lab/trainingExamples.ts";
import { mineHardNegatives } from "../../src/mine/mineHardNegatives.ts";
import { CrossEncoder } from "../../src/model/crossEncoder.ts";
import { Embedder } from "../../src/model/embedder.ts";
import { weightsDigest } from "../../src/model/weightsDigest.ts";
import { openStore } from "../../src/track/openStore.ts";
import type { RunRecord } from "../../src/track/runRecord.ts";
import { train } from "../../src/train/train.ts";
import { scratch, tinyDataset } from "./lab.ts";

const folder = scratch();
const storeDir = join(folder, "store");
const data = tinyDataset(folder);
const [BERT, JUDGE] = ["st6-bert", "cross-encoder"].map((name) => join(import.meta.dirname, "../fixtures/model", name));

const TEXT = `name: judged
threads: 1
data: { name: ${JSON.stringify(data)}, trainFields: [query, formal] }
model: { name: ${BERT} }
mine: { perQuery: 2, window: [0, 10] }
train: { batchSize: 8, lr: 1e-2, maxSteps: 3, warmupSteps: 1 }
evaluate: { fields: [query], k: [1], intervals: { resamples: 50 } }
systems:
  plain: { kind: finetune, negatives: mined }
  judged: { kind: finetune, negatives: mined, mine: { rescore: ${JUDGE} } }
`;

before(() => openEngine({ threads: 1 }));

function run(overrides: string[] = [], options: LabOptions = {}): Promise<LabResult> {
  return runExperiment(parseExperiment(TEXT, { overrides }), { storeDir, ...options });
}

function record({ runId }: LabResult): RunRecord {
  const store = openStore({ dir: storeDir });
  const found = store.run(runId);
  store.close();
  return found;
}

async function storedDigest({ runId }: LabResult, system: string): Promise<string> {
  const store = openStore({ dir: storeDir });
  const file = store.artifactFile(runId, `models/${system}.json`);
  store.close();
  const model = await Embedder.load(file.slice(0, -".json".length));
  const digest = weightsDigest(model);
  model.dispose();
  return digest;
}

test("a system trains on the negatives that the cross-encoder's scores choose, and the run keeps its digest", async () => {
  const engine = await openEngine();
  const before = engine.memory().tensors;
  const result = await run();
  assert.equal(engine.memory().tensors, before, "no model stays in the engine");

  const { mine, train: settings, data: fields } = parseExperiment(TEXT).systems.judged as FinetuneSystem;
  const { examples } = trainingExamples({ dataset: await loadDataset(data), more: new Map() }, fields);
  const [model, judge] = [await Embedder.load(BERT), await CrossEncoder.load(JUDGE)];
  const { rescore: _, ...how } = mine;
  const mined = await mineHardNegatives(model, examples, { ...how, scorer: (pairs) => judge.scores(pairs), seed: 0 });
  const { embedder } = await train(model, mined, { ...settings, seed: 0 });
  const expected = weightsDigest(embedder);
  assert.equal(await storedDigest(result, "judged"), expected);
  assert.notEqual(await storedDigest(result, "plain"), expected);

  const { tags, params } = record(result);
  assert.equal(tags["sulam.weights.rescore.judged"], weightsDigest(judge));
  assert.equal(tags["sulam.weights.rescore.plain"], undefined);
  assert.equal(params["systems.judged.mine.rescore"], JUDGE);
  for (const one of [model, judge, embedder]) one.dispose();
});

test("a cross-encoder of the whole experiment judges for each system that mines, and is loaded once", async () => {
  const said: string[] = [];
  const overrides = [`mine.rescore=${JUDGE}`, "systems.inBatch={kind: finetune}"];
  const result = await run(overrides, { say: (line) => said.push(line) });
  assert.equal(await storedDigest(result, "plain"), await storedDigest(result, "judged"));
  assert.equal(said.filter((line) => line === `Loading the cross-encoder ${JUDGE}.`).length, 1);
  const { tags } = record(result);
  assert.equal(tags["sulam.weights.rescore.plain"], tags["sulam.weights.rescore.judged"]);
  assert.equal(tags["sulam.weights.rescore.inBatch"], undefined, "it mines nothing");
});

test("what is no cross-encoder is told with the key that names it, before anything is trained", async () => {
  const slips: [override: string, words: RegExp][] = [
    ["mine.rescore=nowhere", /^mine\.rescore: the model nowhere cannot be loaded\. nowhere: is no folder/],
    [
      `systems.judged.mine.rescore=${BERT}`,
      /^systems\.judged\.mine\.rescore: the model .*st6-bert cannot be loaded\. .*cross-encoder's one module must be a Transformer/,
    ],
  ];
  for (const [override, words] of slips) {
    const said: string[] = [];
    const failed = run([override], { say: (line) => said.push(line) });
    await assert.rejects(failed, ({ message }: Error) => words.test(message) || assert.fail(message));
    assert.ok(!said.some((line) => /^(Training|Mined)/.test(line)), said.join("\n"));
  }
});

test("a run that is told to stop while it rescores stops between two batches of pairs", async (t) => {
  const { scores } = CrossEncoder.prototype;
  let isCutShort = false;
  t.mock.method(CrossEncoder.prototype, "scores", function (this: CrossEncoder, ...asked: Parameters<typeof scores>) {
    const given = scores.apply(this, asked);
    given.catch(() => {
      isCutShort = true;
    });
    return given;
  });
  const controller = new AbortController();
  const progress = (label: string) => (state: { done: number; total: number }) => {
    // the last text is encoded: what follows is rescoring
    if (label === "mining for judged" && state.done === state.total) controller.abort();
  };
  const result = await run(["systems.plain={kind: bm25}"], { signal: controller.signal, progress });
  assert.equal(result.status, "KILLED");
  assert.match(result.finding, /^Stopped while rescoring for judged\. Go on: /);
  assert.ok(isCutShort, "it stopped within a call");
});
