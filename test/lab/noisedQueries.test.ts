import assert from "node:assert/strict";
import { test } from "node:test";
import { loadDataset } from "../../src/data/loadDataset.ts";
import { noisedQueries } from "../../src/lab/noisedQueries.ts";
import { runExperiment } from "../../src/lab/runExperiment.ts";
import { openStore } from "../../src/track/openStore.ts";
import { scratch, tinyDataset, tinyExperiment } from "./lab.ts";

const folder = scratch();
const data = tinyDataset(folder);
const onlyBm25 = 'systems={"bm25": {"kind": "bm25"}}';

test("each field has its noised lines after it, the clean lines are those without noise, and metrics bear the strength", async () => {
  const plain = await runExperiment(tinyExperiment(data, onlyBm25), { storeDir: folder });
  const asked = tinyExperiment(data, onlyBm25, "evaluate.noise.strengths=[0.3, 1]", "evaluate.noise.kinds=[typing]");
  const { runId, tables, finding } = await runExperiment(asked, { storeDir: folder });
  const { rows } = tables.recall;
  assert.deepEqual(
    rows.map((row) => row[1]),
    ["query", "query noise 0.3", "query noise 1", "formal", "formal noise 0.3", "formal noise 1"],
  );
  assert.deepEqual([rows[0], rows[3]], plain.tables.recall.rows);
  const store = openStore({ dir: folder });
  const run = store.run(runId);
  assert.equal(run.metrics["bm25/query noise 0.3/recallAt1"], rows[1][2]);
  assert.match(String(run.tags["noise tables"]), /^[0-9a-f]{64}$/);
  store.close();
  // the sentence speaks of the queries as they were written
  assert.equal(finding.split(".")[0], plain.finding.split(".")[0]);
});

test("a search by words finds less the more of the words are mistyped", async () => {
  const strengths = "evaluate.noise={strengths: [0.2, 0.5, 1], kinds: [typing]}";
  const asked = tinyExperiment(
    "malay-mini",
    onlyBm25,
    strengths,
    "evaluate.fields=[query]",
    "data.trainFields=[query]",
  );
  const { columns, rows } = (await runExperiment(asked, { storeDir: folder })).tables.recall;
  const found = rows.map((row) => row[columns.indexOf("mrrAt10")] as number);
  assert.equal(found.length, 4);
  for (let i = 1; i < 4; i++) assert.ok(found[i] < found[i - 1], `MRR goes ${found.join(", ")}`);
});

test("queries are noised, empty ones and passages are not", async () => {
  const dataset = await loadDataset("malay-mini");
  const { test: part } = dataset.split();
  const fields = ["query", "thai"];
  const { evaluate } = tinyExperiment(data, "evaluate.noise={strengths: [0.5]}");
  const noised = await noisedQueries(part, { ...evaluate, fields });
  assert.deepEqual(noised.fields, ["query", "query noise 0.5", "thai", "thai noise 0.5"]);
  assert.equal(noised.part.passages, part.passages);
  for (const [i, row] of noised.part.rows.entries()) {
    assert.deepEqual(
      [row.query, row.passage, row.group],
      [part.rows[i].query, part.rows[i].passage, part.rows[i].group],
    );
    assert.equal(row["thai noise 0.5"], row.thai);
  }
  const changed = noised.part.rows.filter((row) => row["query noise 0.5"] !== row.query).length;
  assert.ok(changed > 0.9 * part.rows.length, `${changed} of ${part.rows.length} queries were changed`);
});

test("a dialect that no table knows is refused before a run is made", async () => {
  const storeDir = `${folder}/refused`;
  const asked = tinyExperiment(data, onlyBm25, "evaluate.noise={dialect: johor}");
  await assert.rejects(runExperiment(asked, { storeDir }), /the dialect must be one of kedah, .*got johor/);
  const store = openStore({ dir: storeDir });
  assert.equal(store.runs().length, 0);
  store.close();
});
