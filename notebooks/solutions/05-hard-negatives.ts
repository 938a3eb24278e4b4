// Solutions to the exercises of 05-hard-negatives.ipynb. Each asserts what it claims, so the tests notice when it stops
// being so. All use the untrained model, to be quick; the trained one shows 2 and 3 too.
import assert from "node:assert/strict";
import { Embedder, examplesFrom, falseNegatives, loadDataset, mineHardNegatives, rememberTexts } from "sulam";

const { train: training } = (await loadDataset("malay-mini")).split();
const pairs = examplesFrom(training.rows, ["query"]);
const minilm = rememberTexts(await Embedder.load("minilm", { layers: 2, maxLength: 64 }));

// 1. A margin compares with the known answer, so it is of no use to a model that cannot find that.
const mined = await mineHardNegatives(minilm, pairs, { perQuery: 1, window: [0, 50] });
const above = falseNegatives(mined.queries, 1000).filter(({ gap }) => gap > 0).length;
const { summary } = await mineHardNegatives(minilm, pairs, { perQuery: 1, window: [0, 50], margin: 0.05 });
console.log(`1. ${above} of ${mined.length} score above the answer; a margin of .05 leaves ${summary.found} questions`);
assert.ok(above > 0.8 * mined.length);
assert.ok(summary.found < 0.1 * mined.length);

// 2. Fewer the later: the paraphrase of the answer mostly stands near the top.
const passages = [
  ...training.rows.map(({ id, passage }) => ({ id, text: passage })),
  ...training.rows.map(({ id, paraphrase }) => ({ id: `${id}, paraphrase`, text: paraphrase })),
];
const twin = new Map(training.rows.map(({ passage, paraphrase }) => [passage, paraphrase]));
type Mined = readonly { pos: string[]; neg: string[]; negScores?: number[] }[];
const countFalse = (all: Mined): number => all.filter(({ pos, neg }) => neg[0] === twin.get(pos[0])).length;
const counts: number[] = [];
for (const from of [0, 1, 5, 20]) {
  const some = await mineHardNegatives(minilm, pairs, { perQuery: 1, passages, window: [from, from + 50] });
  counts.push(countFalse(some));
  console.log(`2. from rank ${from}: ${counts.at(-1)} false negatives of ${some.length}`);
}
assert.ok(counts[3] < counts[0] / 3);

// 3. Fewer of both: what is drawn is seldom the paraphrase, and seldom as near.
const meanScore = (all: Mined): number => all.reduce((sum, { negScores }) => sum + negScores![0], 0) / all.length;
const options = { perQuery: 1, passages, window: [0, 50] } as const;
const top = await mineHardNegatives(minilm, pairs, options);
const drawn = await mineHardNegatives(minilm, pairs, { ...options, sampling: "random" });
for (const [name, all] of Object.entries({ top, drawn }))
  console.log(`3. ${name}: ${countFalse(all)} false negatives, mean cosine ${meanScore(all).toFixed(3)}`);
assert.ok(countFalse(drawn) < countFalse(top));
assert.ok(meanScore(drawn) < meanScore(top));
