import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { parseExperiment } from "../../src/config/parseExperiment.ts";
import { loadDataset } from "../../src/data/loadDataset.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { evaluate } from "../../src/eval/evaluate.ts";
import { experimentOfRun } from "../../src/lab/experimentOfRun.ts";
import { type LabResult, runExperiment } from "../../src/lab/runExperiment.ts";
import { Embedder } from "../../src/model/embedder.ts";
import { openStore } from "../../src/track/openStore.ts";
import { scratch, tinyDataset, tinyExperiment } from "./lab.ts";

const folder = scratch();
const storeDir = join(folder, "store");
const data = tinyDataset(folder);
const said: string[] = [];
let whole: LabResult;

before(async () => {
  await openEngine({ threads: 1 });
  whole = await runExperiment(tinyExperiment(data), { storeDir, say: (line) => said.push(line) });
});

/** The sha256 of a system's stored weights. */
function weights(result: LabResult, system: string): string | undefined {
  const store = openStore({ dir: storeDir });
  const found = store.artifacts(result.runId).find(({ path }) => path === `models/${system}/model.safetensors`);
  store.close();
  return found?.sha256;
}

test("nothing that the experiment made stays in the engine", async () => {
  const engine = await openEngine();
  const before = engine.memory().tensors;
  await runExperiment(tinyExperiment(data, "train.epochs=1"), { storeDir });
  assert.equal(engine.memory().tensors, before);
  const broken = tinyExperiment(data, "train.loss={name: triplet}", "systems.mined.from=untrained");
  await assert.rejects(runExperiment(broken, { storeDir }));
  assert.equal(engine.memory().tensors, before);
});

test("the table has a line for each system and query field, in the order of the file", () => {
  const { columns, rows } = whole.tables.recall;
  assert.deepEqual(columns.slice(0, 5), ["system", "field", "recallAt1", "recallAt1Low", "recallAt1High"]);
  const lines = ["bm25", "untrained", "tuned", "mined", "hybrid"].flatMap((s) => [
    [s, "query"],
    [s, "formal"],
  ]);
  assert.deepEqual(
    rows.map((row) => row.slice(0, 2)),
    lines,
  );
  for (const row of rows) assert.equal(row[columns.indexOf("queries")], 8);
  // each query names a number that one passage alone has
  assert.equal(rows[0][2], 1);
});

test("the run is tracked: status, settings, data, losses by step, figures, tables, experiment", () => {
  const store = openStore({ dir: storeDir });
  const run = store.run(whole.runId);
  assert.deepEqual([run.status, run.name, run.experiment], ["FINISHED", "tiny", "lab-tests"]);
  assert.deepEqual([run.params["train.lr"], run.params["systems.mined.train.epochs"]], ["0.01", "1"]);
  assert.equal(run.params["systems.mined.train.lr"], undefined, "only what differs");
  const [input] = store.inputs(whole.runId);
  assert.equal(input.digest, createHash("sha256").update(readFileSync(data)).digest("hex").slice(0, 32));
  // 24 rows, 2 fields, batches of 8: 6 steps an epoch
  assert.deepEqual(
    store.history(whole.runId, "tuned/loss").map(({ step }) => step),
    Array.from({ length: 12 }, (_, i) => i + 1),
  );
  assert.equal(store.history(whole.runId, "mined/loss").length, 6);
  const losses = store.history(whole.runId, "tuned/loss").map(({ value }) => value);
  assert.ok(losses[11] < losses[0], `the loss went from ${losses[0]} to ${losses[11]}`);
  const weight = run.metrics["hybrid/weight"];
  assert.ok(weight >= 0 && weight <= 2, `the weight chosen on dev is ${weight}`);
  const { columns, rows } = whole.tables.recall;
  const hybrid = rows.find((row) => row[0] === "hybrid" && row[1] === "formal")!;
  assert.equal(run.metrics["hybrid/formal/recallAt5"], hybrid[columns.indexOf("recallAt5")]);
  assert.deepEqual(store.tables(whole.runId).recall, whole.tables.recall);
  assert.equal(JSON.parse(Buffer.from(store.readArtifact(whole.runId, "experiment.json")).toString()).name, "tiny");
  assert.ok(!existsSync(join(storeDir, "checkpoints", whole.runId)), "no checkpoint is left");
  store.close();
});

test("the stored weights are those that were measured", async () => {
  const store = openStore({ dir: storeDir });
  const file = store.artifactFile(whole.runId, "models/tuned/model.safetensors");
  store.close();
  const tuned = await Embedder.load(dirname(file), { maxLength: 32 });
  const { test: part } = (await loadDataset(data)).split();
  const again = await evaluate({ tuned }, part, { fields: ["query", "formal"], k: [1, 5], resamples: 50 });
  assert.deepEqual(
    again.rows,
    whole.tables.recall.rows.filter(([system]) => system === "tuned"),
  );
});

test("the finding names the best system, the run's place and the next command", () => {
  assert.match(
    whole.finding,
    /^bm25 finds most: R@1 1\.000, .*\(untrained \.\d+, hybrid \.\d+\)\. The run is in .*store\. Next: npx sulam runs show /,
  );
  assert.equal(whole.finding.split("\n").length, 1);
  assert.ok(said.some((line) => /Training tuned on 48 pairs/.test(line)));
});

test("the same experiment gives the same weights and table, another seed others", async () => {
  const again = await runExperiment(tinyExperiment(data), { storeDir });
  assert.notEqual(again.runId, whole.runId);
  assert.deepEqual(again.tables, whole.tables);
  assert.equal(weights(again, "mined"), weights(whole, "mined"));
  const other = await runExperiment(tinyExperiment(data, "seed=1"), { storeDir });
  assert.notEqual(weights(other, "tuned"), weights(whole, "tuned"));
  const untrained = ({ tables }: LabResult) => tables.recall.rows.filter(([system]) => system === "untrained");
  assert.notDeepEqual(untrained(other), untrained(whole));
});

test("where training starts and which model mines each change the weights", async () => {
  const seen = new Set([weights(whole, "mined")]);
  for (const override of ["systems.mined.from=untrained", "systems.mined.mineWith=untrained"]) {
    const other = await runExperiment(tinyExperiment(data, override), { storeDir });
    assert.equal(weights(other, "tuned"), weights(whole, "tuned"));
    seen.add(weights(other, "mined"));
  }
  assert.equal(seen.size, 3);
});

test("a run that is stopped keeps a checkpoint, stands as KILLED, and goes on to the same weights and table", async () => {
  for (const [system, stopAt] of [
    ["tuned", 5],
    ["mined", 3],
  ] as const) {
    const controller = new AbortController();
    const progress = (label: string) => (p: { done: number }) => {
      if (label === `training ${system}` && p.done === stopAt) controller.abort();
    };
    const stopped = await runExperiment(tinyExperiment(data), { storeDir, signal: controller.signal, progress });
    assert.deepEqual([stopped.status, stopped.tables], ["KILLED", {}]);
    assert.match(
      stopped.finding,
      new RegExp(
        `after step ${stopAt}\\. Go on: npx sulam run --resume ${stopped.runId.slice(0, 8)} --store ${storeDir}$`,
      ),
    );
    const { experiment, runId } = experimentOfRun(stopped.runId.slice(0, 8), storeDir);
    const finished = await runExperiment(experiment, { storeDir, resume: runId });
    assert.deepEqual([finished.runId, finished.status], [stopped.runId, "FINISHED"]);
    assert.deepEqual(finished.tables, whole.tables);
    assert.equal(weights(finished, "mined"), weights(whole, "mined"));
    const store = openStore({ dir: storeDir });
    assert.equal(store.history(runId, `${system}/loss`).length, system === "tuned" ? 12 : 6, "no step twice");
    store.close();
  }
});

test("a run does not go on with other data", async () => {
  const own = scratch();
  const file = tinyDataset(own);
  const controller = new AbortController();
  const say = (line: string): void => {
    if (line.startsWith("Training")) controller.abort();
  };
  const { runId } = await runExperiment(tinyExperiment(file), { storeDir, signal: controller.signal, say });
  const { experiment } = experimentOfRun(runId, storeDir);
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("kucing", "harimau"));
  const words = /tiny: run [0-9a-f]{8} began with other data: sha256 [0-9a-f]{12}, now [0-9a-f]{12}\. Bring the old/;
  await assert.rejects(runExperiment(experiment, { storeDir, resume: runId }), words);
  tinyDataset(own);
  const finished = await runExperiment(experiment, { storeDir, resume: runId });
  assert.equal(finished.status, "FINISHED");
});

test("weights that cannot be stored yet keep their only copy until they are", async () => {
  for (const comesBack of [true, false]) {
    const heard: string[] = [];
    let [runId, blocked] = ["", ""];
    const say = (line: string): void => {
      heard.push(line);
      runId ||= /^Run (\w+)/.exec(line)?.[1] ?? "";
      if (line.startsWith("Training tuned")) {
        const store = openStore({ dir: storeDir });
        // a file where a folder must be: no weights can be stored until it is gone
        blocked = join(dirname(store.artifactFile(runId, "experiment.json")), "models");
        store.close();
        writeFileSync(blocked, "");
      }
      if (comesBack && line.startsWith("Measuring")) rmSync(blocked);
    };
    const result = await runExperiment(tinyExperiment(data), { storeDir, say });
    const scratchDir = join(storeDir, "checkpoints", result.runId);
    assert.ok(heard.includes(`The weights of tuned wait to be stored: keep ${scratchDir}.`));
    assert.deepEqual(result.tables, whole.tables);
    assert.equal(existsSync(scratchDir), !comesBack);
    if (comesBack) {
      assert.equal(result.status, "FINISHED");
      for (const system of ["tuned", "mined"]) assert.equal(weights(result, system), weights(whole, system));
    } else {
      const words = `The weights of tuned, mined could not be stored with the run. They lie in ${scratchDir}.`;
      assert.ok(heard.includes(words), heard.join("\n"));
      const kept = readFileSync(join(scratchDir, "models/tuned/model.safetensors"));
      assert.equal(createHash("sha256").update(kept).digest("hex"), weights(whole, "tuned"));
    }
  }
});

test("a finished run cannot go on, and an unknown one is named", () => {
  assert.throws(() => experimentOfRun(whole.runId, storeDir), /is finished\. Look at it: npx sulam runs show/);
  assert.throws(() => experimentOfRun("ffffffff", storeDir), /ffffffff/);
});

test("what the data lacks is told before a run is made", async () => {
  const store = openStore({ dir: storeDir });
  const before = store.runs().length;
  const wrong: [string, RegExp][] = [
    ["evaluate.fields=[qeury]", /evaluate\.fields\.0: tiny has no query field `qeury`\. The nearest is `query`/],
    [
      "data.trainFields=[formal, english]",
      /data\.trainFields\.1: tiny has no query field `english`\. It has query, formal/,
    ],
    ["evaluate.k=[1, 41]", /evaluate\.k: must be at most 40, the passages of tiny, got 41/],
    ["data.name=absent.jsonl", /absent\.jsonl/],
  ];
  for (const [override, words] of wrong)
    await assert.rejects(runExperiment(tinyExperiment(data, override), { storeDir }), words);
  assert.equal(store.runs().length, before);
  store.close();
});

test("an error while training leaves a FAILED run that says why", async () => {
  // a triplet needs a negative of its own, which in-batch pairs do not bring
  const experiment = tinyExperiment(data, "train.loss={name: triplet}", "systems.mined.from=untrained");
  await assert.rejects(runExperiment(experiment, { storeDir }), /negative/);
  const store = openStore({ dir: storeDir });
  const [run] = store.runs({ limit: 1 });
  assert.equal(run.status, "FAILED");
  assert.match(run.tags["sulam.error"], /negative/);
  store.close();
});

test("bm25 on malay-mini's test topics has the figures of the reference", async () => {
  const experiment = parseExperiment("name: lexical\nsystems: { bm25: { kind: bm25 } }\n");
  const { tables } = await runExperiment(experiment, { storeDir });
  const { columns, rows } = tables.recall;
  const shown = rows.map((row) => [
    row[1],
    ...["recallAt1", "recallAt10"].map((name) => Number(row[columns.indexOf(name)]).toFixed(3)),
  ]);
  // Worked out in Python with equal scores in the order of ids. shared/peers/minilm_reference.py counts only passages
  // that score strictly more, which gives English .672: a query that shares no word then has its passage for free.
  assert.deepEqual(shown, [
    ["query", "0.467", "0.833"],
    ["queryColloquial", "0.522", "0.783"],
    ["english", "0.400", "0.633"],
    ["indonesian", "0.383", "0.656"],
  ]);
});

test("each domain has a line, and the domains' hits add up to the field's", async () => {
  const experiment = parseExperiment("name: lexical\nsystems: { bm25: { kind: bm25 } }\n");
  const { tables } = await runExperiment(experiment, { storeDir });
  const { columns, rows } = tables.recallByDomain;
  const cell = (row: (typeof rows)[number], name: string): number => Number(row[columns.indexOf(name)]);
  for (const field of ["query", "english"]) {
    const [whole, ...domains] = rows.filter((row) => row[1] === field);
    assert.equal(whole[2], "all");
    assert.equal(domains.length, 6);
    const hits = domains.reduce((sum, row) => sum + cell(row, "recallAt1") * cell(row, "queries"), 0);
    assert.equal(Math.round(hits), Math.round(cell(whole, "recallAt1") * cell(whole, "queries")));
  }
});
