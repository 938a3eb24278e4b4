import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { runExperiment } from "../../src/lab/runExperiment.ts";
import { openStore } from "../../src/track/openStore.ts";
import { type ApiServer, answer, embeddings, startApi } from "../remote/apiServer.ts";
import { scratch, tinyDataset, tinyExperiment } from "./lab.ts";

const folder = scratch();
const data = tinyDataset(folder);
const KEY = "sk-rahsia-55555";

let api: ApiServer;
before(async () => {
  api = await startApi();
  process.env.SULAM_TEST_KEY = KEY;
});
after(() => {
  api.close();
  delete process.env.SULAM_TEST_KEY;
});
beforeEach(() => {
  api.seen = [];
  api.queue = [];
  api.usual = embeddings((items) =>
    items.map((item, i) => ({ ...item, embedding: bag(api.seen.at(-1)!.body.input![i]) })),
  );
});

/** Words thrown into 64 places at random: texts that share words lie near each other. */
function bag(text: string): number[] {
  const vector = new Array(64).fill(0.01);
  for (const word of text.split(" ")) {
    let hash = 7;
    for (const letter of word) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
    vector[new Random(hash).int(64)]++;
  }
  return vector;
}

const systems = (more = ""): string =>
  `systems={"bm25": {"kind": "bm25"}, "ada": {"kind": "endpoint", "url": "${api.url}", "model": "ada",
   "concurrency": 1, "dollarsPerMillionTokens": 0.1 ${more}}}`;

test("an API stands in the table beside bm25, its cost in the metrics, what was sent in a file", async () => {
  const storeDir = join(folder, "first");
  const asked = tinyExperiment(data, systems(', "keyVariable": "SULAM_TEST_KEY"'));
  const { runId, tables, finding } = await runExperiment(asked, { storeDir });
  const { columns, rows } = tables.recall;
  assert.deepEqual(
    rows.map((row) => row.slice(0, 2)),
    [
      ["bm25", "query"],
      ["bm25", "formal"],
      ["ada", "query"],
      ["ada", "formal"],
    ],
  );
  const at = columns.indexOf("recallAt5");
  assert.ok((rows[2][at] as number) > 0.5, `words in common find only ${rows[2][at]}`);
  assert.match(finding, /ada/);
  const store = openStore({ dir: storeDir });
  const run = store.run(runId);
  // 40 passages, 8 queries of each of 2 fields; the server counts 7 tokens a text
  assert.equal(run.metrics["ada/tokens"], 7 * 56);
  assert.ok(Math.abs(run.metrics["ada/dollars"] - (7 * 56 * 0.1) / 1e6) < 1e-15);
  const report = JSON.parse(readFileSync(store.artifactFile(runId, "endpoints/ada.json"), "utf8"));
  assert.deepEqual([report.requests, report.fromCache, report.failures], [api.seen.length, 0, {}]);
  assert.ok(api.seen.every(({ key, body }) => key === `Bearer ${KEY}` && body.model === "ada"));
  assert.equal(run.params["systems.ada.keyVariable"], "SULAM_TEST_KEY");
  store.close();
  const files = readdirSync(storeDir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  assert.ok(files.length > 50, `the store and its answers are ${files.length} files`);
  for (const { name, parentPath, path } of files) {
    const bytes = readFileSync(join(parentPath ?? path, name));
    assert.ok(!bytes.includes(KEY), `the key is in ${name}`);
  }
});

test("the same run again asks for nothing and has the same table and metrics", async () => {
  const storeDir = join(folder, "again");
  const first = await runExperiment(tinyExperiment(data, systems()), { storeDir });
  const sent = api.seen.length;
  const second = await runExperiment(tinyExperiment(data, systems()), { storeDir });
  assert.equal(api.seen.length, sent);
  assert.deepEqual(second.tables, first.tables);
  const store = openStore({ dir: storeDir });
  assert.deepEqual(store.run(second.runId).metrics, store.run(first.runId).metrics);
  store.close();
});

test("an API can be the dense half of a hybrid, and is asked once for both", async () => {
  const both = systems().replace(/}}$/, '}, "both": {"kind": "hybrid", "dense": "ada", "weight": 1}}');
  const { tables } = await runExperiment(tinyExperiment(data, both), { storeDir: join(folder, "hybrid") });
  assert.equal(tables.recall.rows.length, 6);
  const texts = api.seen.flatMap(({ body }) => body.input!);
  assert.equal(new Set(texts).size, texts.length);
});

test("an API that fails ends the run as FAILED with its reason, and what it cost is kept; a key is asked for early", async () => {
  const storeDir = join(folder, "failed");
  api.queue = [embeddings(), answer(400, { error: { message: "no such model" } })];
  const small = tinyExperiment(data, systems(', "batchSize": 10'));
  await assert.rejects(runExperiment(small, { storeDir }), /embeddings: the answer was 400: no such model/);
  const keyless = tinyExperiment(data, systems(', "keyVariable": "SULAM_NO_KEY"'));
  await assert.rejects(runExperiment(keyless, { storeDir }), /the key must stand in the variable SULAM_NO_KEY/);
  const store = openStore({ dir: storeDir });
  const runs = store.runs();
  assert.deepEqual(new Set(runs.map(({ status }) => status)), new Set(["FAILED"]));
  assert.ok(
    runs.some(({ metrics }) => metrics["ada/tokens"] === 70),
    "10 texts were paid for",
  );
  store.close();
});
