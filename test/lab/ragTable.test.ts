import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Table } from "../../src/base/table.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { runExperiment } from "../../src/lab/runExperiment.ts";
import { openStore } from "../../src/track/openStore.ts";
import { scratch, tinyDataset, tinyExperiment } from "./lab.ts";

const folder = scratch();
const data = tinyDataset(folder);
const cell = ({ columns, rows }: Table, line: string, column: string): unknown => {
  const width = line.split("|").length;
  const row = rows.find((cells) => cells.slice(0, width).join("|") === line);
  return row?.[columns.indexOf(column)];
};
let runId: string;
let tables: Record<string, Table>;

before(async () => {
  await openEngine({ threads: 1 });
  // a passage of the dataset has nine words
  const rag = 'evaluate.rag={"perDocument": 40, "chunks": ["whole", "paragraphs:9"], "k": [1, 5]}';
  const experiment = tinyExperiment(data, "train.epochs=1", rag);
  ({ runId, tables } = await runExperiment(experiment, { storeDir: folder }));
});

test("cut where the passages end, every system finds in the documents what it finds among the passages", () => {
  for (const system of ["bm25", "untrained", "tuned", "mined"])
    for (const field of ["query", "formal"])
      for (const k of [1, 5]) {
        const line = `${system}|${field}|paragraphs:9`;
        const among = cell(tables.recall, `${system}|${field}`, `recallAt${k}`);
        assert.equal(cell(tables.rag, line, `answerHitAt${k}`), among, `${line} at ${k}`);
        assert.equal(cell(tables.rag, line, `chunkRecallAt${k}`), among, `${line} at ${k}`);
      }
  assert.equal(cell(tables.rag, "bm25|query|paragraphs:9", "passages"), 40);
});

test("one whole document answers all that is asked, and only the measured split asks", () => {
  const line = "untrained|formal|whole";
  const shown = ["questions", "passages", "answerable", "answerHitAt1", "documentRecallAt1"];
  assert.deepEqual(
    shown.map((column) => cell(tables.rag, line, column)),
    [8, 1, 1, 1, 1],
  );
});

test("systems, fields and cuts have their lines in the order of the file, hybrids have none", () => {
  const lines = tables.rag.rows.map((row) => row.slice(0, 3).join("|"));
  const wanted = ["bm25", "untrained", "tuned", "mined"].flatMap((system) =>
    ["query", "formal"].flatMap((field) => ["whole", "paragraphs:9"].map((cut) => `${system}|${field}|${cut}`)),
  );
  assert.deepEqual(lines, wanted);
});

test("the run keeps the table, its figures and how the documents were cut", () => {
  const store = openStore({ dir: folder });
  const run = store.run(runId);
  const stored = JSON.parse(Buffer.from(store.readArtifact(runId, "tables/rag.json")).toString("utf8"));
  store.close();
  assert.deepEqual(stored, { columns: tables.rag.columns, data: tables.rag.rows });
  const figure = run.metrics["untrained/query rag paragraphs 9/answerHitAt5"];
  assert.equal(figure, cell(tables.recall, "untrained|query", "recallAt5"));
  assert.deepEqual(
    [run.params["evaluate.rag.perDocument"], run.params["evaluate.rag.chunks"]],
    ["40", '["whole","paragraphs:9"]'],
  );
});

test("BM25 searches the documents with the experiment's own k1 and b", async () => {
  const lexical = (k1: number) => `systems={"bm25": {"kind": "bm25", "k1": ${k1}}}`;
  const rag = 'evaluate.rag={"perDocument": 4, "chunks": ["words:5"], "k": [1]}';
  const run = (k1: number) =>
    runExperiment(
      tinyExperiment("malay-mini", lexical(k1), rag, "data.trainFields=[query]", "evaluate.fields=[query]"),
      {
        storeDir: folder,
      },
    );
  const [usual, flat] = [await run(1.2), await run(0)];
  assert.notDeepEqual(usual.tables.rag.rows, flat.tables.rag.rows);
});
