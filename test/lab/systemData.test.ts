import assert from "node:assert/strict";
import { test } from "node:test";
import type { FinetuneSystem } from "../../src/config/experiment.ts";
import { parseExperiment } from "../../src/config/parseExperiment.ts";
import { loadDataset } from "../../src/data/loadDataset.ts";
import { checkAgainstData } from "../../src/lab/checkAgainstData.ts";
import { checkLeaks } from "../../src/lab/checkLeaks.ts";
import { trainingExamples } from "../../src/lab/trainingExamples.ts";

const malay = await loadDataset("malay-mini");
const source = { dataset: malay, more: new Map() };

function experiment(data: string, more = "") {
  return parseExperiment(`name: x\n${more}systems: { a: { kind: finetune }, b: { kind: finetune, data: ${data} } }`);
}

test("a system says in what its training data differ from the experiment's", () => {
  const resolved = experiment("{ withoutDomains: [undang], trainFields: [query] }");
  const { systems } = resolved;
  const { name: _, ...data } = resolved.data;
  assert.deepEqual((systems.a as FinetuneSystem).data, data);
  const own = { ...data, withoutDomains: ["undang"], trainFields: ["query"] };
  assert.deepEqual((systems.b as FinetuneSystem).data, own);
  // a run keeps the resolved experiment, which must be one
  assert.deepEqual(parseExperiment(JSON.stringify(resolved)), resolved);
});

test("domains left out train nothing, and all others everything", () => {
  const { systems } = experiment("{ withoutDomains: [undang, forum] }");
  const all = trainingExamples(source, (systems.a as FinetuneSystem).data);
  const some = trainingExamples(source, (systems.b as FinetuneSystem).data);
  // six domains of equal size
  assert.equal(some.examples.length, (all.examples.length / 6) * 4);
  const domains = new Set(some.examples.flatMap(({ posIds = [] }) => posIds).map((id) => id.split("-")[0]));
  assert.deepEqual([...domains].sort(), ["berita", "ciapan", "kajian", "khidmat"]);
  // what a tokenizer learns from: a passage for each row, a query for each example
  const rows = new Set(some.examples.flatMap(({ posIds = [] }) => posIds)).size;
  assert.equal(some.texts.length, rows + some.examples.length);
});

test("a domain or a field that a system's data name and no row has is told by its key", () => {
  const slips: [string, RegExp][] = [
    [
      "{ withoutDomains: [forum, sukan] }",
      /systems\.b\.data\.withoutDomains\.1: malay-mini has no domain `sukan`.*undang/,
    ],
    ["{ trainFields: [querry] }", /systems\.b\.data\.trainFields\.0: .*no query field `querry`.*`query`/],
  ];
  for (const [data, words] of slips) assert.throws(() => checkAgainstData(experiment(data), malay), words);
});

test("test texts that one system alone trains on are a leak", async () => {
  const leaky = experiment("{ trainSplits: [test] }", "evaluate: { fields: [query] }\n");
  await assert.rejects(checkLeaks(leaky, source), /evaluate\.allowLeaks/);
  const { rows } = await checkLeaks(experiment("{ trainSplits: [dev] }", "evaluate: { fields: [query] }\n"), source);
  assert.deepEqual(rows, []);
});
