import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { bm25, Embedder, evaluate, loadDataset, mineHardNegatives, openEngine, openStore, train, withRun } from "sulam";

const dir = mkdtempSync(join(tmpdir(), "sulam-index-"));
after(() => rmSync(dir, { recursive: true, force: true }));
const tiny = join(import.meta.dirname, "fixtures/model/st6-bert");

test("the example of the design compiles and runs, on a tiny model and the first rows", async () => {
  await openEngine({ threads: 1 });
  const malay = await loadDataset("malay-mini");
  const base = await Embedder.load(tiny);
  const { train: all, test } = malay.split();
  const rows = { ...all, rows: all.rows.slice(0, 30), queryFields: ["query"] };

  await withRun({ experiment: "malay-embed", name: "first", dir }, async (run) => {
    const triplets = await mineHardNegatives(base, rows, { perQuery: 5, window: [10, 25], margin: 0.05 });
    const tuned = await train(base, triplets, { loss: { name: "infoNce", temperature: 0.02 }, epochs: 1, run });
    const table = await evaluate({ bm25: bm25(malay.passages), base, tuned }, test, {
      k: [1, 3, 5, 10],
      fields: ["query"],
    });
    run.table("recall", table);
    assert.deepEqual(
      table.rows.map(([system]) => system),
      ["bm25", "base", "tuned"],
    );
    // BM25's R@1 of the formal queries, as shared/peers/minilm_reference.py gives it
    assert.equal(Number(table.rows[0][table.columns.indexOf("recallAt1")]).toFixed(3), "0.467");
  });

  const store = openStore({ dir });
  const [run] = store.runs({ experiment: "malay-embed" });
  assert.equal(run.status, "FINISHED");
  assert.ok(Number.isFinite(run.metrics.loss));
  assert.equal(store.tables(run.runId).recall.rows.length, 3);
  store.close();
});
