import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadDataset } from "../../src/data/loadDataset.ts";
import { checkLeaks } from "../../src/lab/checkLeaks.ts";
import { runExperiment } from "../../src/lab/runExperiment.ts";
import { openStore } from "../../src/track/openStore.ts";
import { scratch, tinyDataset, tinyExperiment } from "./lab.ts";

const folder = scratch();
const whole = tinyDataset(folder);

/** The same data, but for the first test row: its passage is one of training's, in capitals. */
const leaky = join(folder, "leaky.jsonl");
const rows = readFileSync(whole, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const victim = rows.find(({ split }) => split === "test");
victim.passage = `${rows[0].passage.toUpperCase()}.`;
writeFileSync(leaky, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

const sourceOf = async (path: string) => ({ dataset: await loadDataset(path), more: new Map() });
const systems = 'systems={"tuned": {"kind": "finetune"}}';

test("an experiment whose test split stands in its training data is refused before a run is made", async () => {
  const storeDir = join(folder, "refused");
  await assert.rejects(
    runExperiment(tinyExperiment(leaky, systems), { storeDir }),
    /training has seen 1 of 24 test texts \(1 normalised\).*`evaluate\.allowLeaks: true`/,
  );
  const store = openStore({ dir: storeDir });
  assert.equal(store.runs().length, 0);
  store.close();
});

test("asked for, it is measured, and the leaks stand beside the figures", async () => {
  const storeDir = join(folder, "allowed");
  const allowed = tinyExperiment(leaky, "evaluate.allowLeaks=true", systems);
  const { runId, tables, finding } = await runExperiment(allowed, { storeDir });
  assert.deepEqual(tables.leaks.rows, [["normalised", 1, victim.passage, rows[0].passage]]);
  assert.match(finding, /Training has seen 1 of its test texts\./);
  const store = openStore({ dir: storeDir });
  assert.deepEqual(store.tables(runId).leaks, tables.leaks);
  assert.equal(store.run(runId).metrics.leaks, 1);
  store.close();
});

test("splits by topic leak nothing, and an experiment without training has nothing to leak", async () => {
  assert.deepEqual((await checkLeaks(tinyExperiment(whole), await sourceOf(whole))).rows, []);
  const untrained = tinyExperiment(leaky, 'systems={"bm25": {"kind": "bm25"}}');
  assert.deepEqual((await checkLeaks(untrained, await sourceOf(leaky))).rows, []);
});
