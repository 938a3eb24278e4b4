// Solutions to the exercises of 06-synthetic-data.ipynb. Each asserts what it claims, so the tests notice when it stops
// being so.
import assert from "node:assert/strict";
import { addNoise, bm25, evaluate, findLeaks, loadDataset, loadNoiseTables, noiseGenerator, readParents } from "sulam";

const malay = await loadDataset("malay-mini");
const { test } = malay.split();
const tables = await loadNoiseTables();

// 1. Always, and in the same way: a word keeps its draws at every strength.
const questions = test.rows.map(({ query }) => query.split(" "));
const slipped = [0.2, 0.4, 0.8].map((strength) =>
  questions.map((words) => addNoise(words.join(" "), tables, { strength, seed: 0, kinds: ["typing"] }).split(" ")),
);
const isChanged = (strength: number, i: number, j: number): boolean => slipped[strength][i][j] !== questions[i][j];
const changed = [0, 1, 2].map((s) => questions.flatMap((words, i) => words.filter((_, j) => isChanged(s, i, j))));
console.log(`1. words changed at .2, .4 and .8: ${changed.map(({ length }) => length).join(", ")}`);
for (const [i, words] of questions.entries())
  for (const j of words.keys()) if (isChanged(0, i, j)) assert.equal(slipped[2][i][j], slipped[0][i][j]);
assert.ok(changed[0].length < changed[1].length && changed[1].length < changed[2].length);

// 2. Slips of the finger: BM25 matches whole words, and a misspelt word matches none, be it common or rare.
const kinds = ["shortform", "manglish", "particle", "dialect", "reduplication", "typing"] as const;
const rows = test.rows.map((row) => {
  const noise = kinds.map((kind) => [kind, addNoise(row.query, tables, { strength: 0.8, seed: 0, kinds: [kind] })]);
  return { ...row, ...Object.fromEntries(noise) };
});
const part = { ...test, rows };
const table = await evaluate({ bm25: bm25(malay.passages) }, part, { fields: ["query", ...kinds], k: [10] });
const recall = new Map(table.rows.map((row) => [String(row[1]), Number(row[table.columns.indexOf("recallAt10")])]));
for (const [field, value] of recall) console.log(`2. ${field}: R@10 ${value.toFixed(3)}`);
for (const kind of kinds.filter((one) => one !== "typing")) assert.ok(recall.get("typing")! < recall.get(kind)!);

// 3. Nearly all are new, and none holds a test question: they follow from training questions alone.
const generator = noiseGenerator(tables, { strength: 0.4, seed: 0, copies: 3 });
const made: string[] = [];
const { parents } = await readParents("malay-mini", { fields: ["query"] });
for await (const parent of parents()) made.push(...(await generator.make(parent)).rows.map(({ query }) => query));
const leaks = await findLeaks(
  made,
  test.rows.map(({ query }) => query),
);
console.log(`3. ${made.length} rows, ${new Set(made).size} different, ${leaks.length} test questions among them`);
assert.equal(new Set(made).size, made.length);
assert.equal(leaks.length, 0);
