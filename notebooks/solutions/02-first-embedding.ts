// Solutions to the exercises of 02-first-embedding.ipynb. Each asserts what it claims, so the tests notice when it stops being so.
import assert from "node:assert/strict";
import { Embedder, loadDataset } from "sulam";

const minilm = await Embedder.load("minilm");

/** The embedding of each text, one array each. */
async function embed(texts: string[]): Promise<number[][]> {
  const { data, d } = await minilm.encode(texts);
  return texts.map((_text, i) => [...data.subarray(i * d, (i + 1) * d)]);
}

const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
const cosine = (a: number[], b: number[]): number => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));

// 1. Capitals change nothing, for the tokenizer makes them small first; the full stop is a token, so it counts.
const [plain, capitals, noStop] = await embed(["Harga rumah naik.", "HARGA RUMAH NAIK.", "Harga rumah naik"]);
console.log(`1. capitals ${cosine(plain, capitals).toFixed(3)}, no full stop ${cosine(plain, noStop).toFixed(3)}`);
assert.ok(cosine(plain, capitals) > 0.999999);
assert.ok(cosine(plain, noStop) < 0.999);

// 2. The sentence with the same words in another order is nearest, though it says the opposite; the one that says the same is far.
const sentences = [
  "Anjing kejar kucing",
  "Kucing kejar anjing",
  "Anjing tak kejar kucing",
  "Kucing lari dikejar anjing",
];
const [first, ...others] = await embed(sentences);
const near = others.map((other) => cosine(first, other));
for (const [i, value] of near.entries()) console.log(`2. ${sentences[i + 1]}: ${value.toFixed(3)}`);
assert.ok(near[0] > near[2] + 0.05);

// 3. All Malay texts share a direction, worth a cosine above .5; without it, two topics are on average at right angles.
const { test } = (await loadDataset("malay-mini")).split();
const vectors = await embed(test.rows.filter(({ id }) => id.endsWith("-1")).map(({ passage }) => passage));
const centre = vectors[0].map((_x, j) => vectors.reduce((sum, vector) => sum + vector[j], 0) / vectors.length);
const centred = vectors.map((vector) => vector.map((x, j) => x - centre[j]));

/** Mean cosine over all pairs of different vectors. */
function meanCosine(some: number[][]): number {
  const pairs = some.flatMap((a, i) => some.slice(i + 1).map((b) => cosine(a, b)));
  return pairs.reduce((sum, x) => sum + x, 0) / pairs.length;
}
console.log(`3. two topics: ${meanCosine(vectors).toFixed(3)}, without the mean ${meanCosine(centred).toFixed(3)}`);
assert.ok(meanCosine(vectors) > 0.4);
assert.ok(Math.abs(meanCosine(centred)) < 0.1);
