// Solutions to the exercises of 04-training.ipynb. Each asserts what it claims, so the tests notice when it stops being so.
import assert from "node:assert/strict";
import { Embedder, type Example, examplesFrom, infoNce, loadDataset, train } from "sulam";

const { train: training } = (await loadDataset("malay-mini")).split();
const firsts = examplesFrom(training.rows, ["query"]).filter((_, i) => i % 5 === 0);
const base = await Embedder.load("minilm", { layers: 2, maxLength: 64 });
const { engine } = base;

/** The model's loss on a batch of all these examples. */
async function lossOn(model: typeof base, examples: readonly Example[], temperature = 0.05): Promise<number> {
  const questions = await model.encode(examples.map(({ query }) => query));
  const passages = await model.encode(examples.map(({ pos }) => pos[0]));
  return engine.tidy(() => {
    const [q, p] = [questions, passages].map(({ data, n, d }) => engine.tensor(data, [n, d]));
    return engine.item(infoNce(engine, q, p, { temperature }));
  });
}

// 1. Towards log 4: the scores become equal, and so do the shares.
const four = firsts.slice(0, 4);
const temperatures = [0.01, 0.05, 0.2, 100];
const losses: number[] = [];
for (const temperature of temperatures) losses.push(await lossOn(base, four, temperature));
for (const [i, loss] of losses.entries()) console.log(`1. temperature ${temperatures[i]}: loss ${loss.toFixed(4)}`);
assert.ok(Math.abs(losses[3] - Math.log(4)) < 0.001);

// 2. It falls: a model of millions of weights learns any 16 pairs by heart. What it is for becomes worse.
const right = firsts.slice(0, 16);
const wrong = right.map((example, i) => {
  const { pos, group } = right[(i + 1) % right.length];
  return { query: example.query, pos, neg: [], group };
});
const loss = { name: "infoNce", temperature: 0.05 } as const;
const { embedder } = await train(base, wrong, { loss, batchSize: 16, epochs: 6, lr: 5e-4, warmupSteps: 1 });
const [wrongBefore, wrongAfter] = [await lossOn(base, wrong), await lossOn(embedder, wrong)];
const [rightBefore, rightAfter] = [await lossOn(base, right), await lossOn(embedder, right)];
console.log(`2. on wrong pairs ${wrongBefore.toFixed(2)} to ${wrongAfter.toFixed(2)}`);
console.log(`2. on right pairs ${rightBefore.toFixed(2)} to ${rightAfter.toFixed(2)}`);
assert.ok(wrongAfter < 0.8 * wrongBefore);
assert.ok(rightAfter > rightBefore);

// 3. Guessing has the logarithm of the number of passages; the untrained model is little better, at either size.
for (const count of [8, 32]) {
  const [measured, guessing] = [await lossOn(base, firsts.slice(0, count)), Math.log(count)];
  console.log(
    `3. ${count} passages: ${measured.toFixed(2)}, by guessing ${guessing.toFixed(2)}, ${(measured / guessing).toFixed(2)} of it`,
  );
  assert.ok(measured < guessing);
  assert.ok(measured > 0.5 * guessing);
}
