import assert from "node:assert/strict";
import { test } from "node:test";
import { EngineError } from "../../src/base/errors.ts";
import type { Tensor } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { learningRate } from "../../src/train/learningRate.ts";
import { train } from "../../src/train/train.ts";
import type { StepReport, TrainOptions } from "../../src/train/trainOptions.ts";
import { TinyModel, tinyExamples, weightsHash } from "./tinyModel.ts";

const engine = await openEngine({ threads: 1 });
const OPTIONS: TrainOptions<TinyModel> = {
  loss: { name: "infoNce", temperature: 0.2 },
  epochs: 5,
  batchSize: 8,
  lr: 0.02,
};

// First in this file: what other tests leave to the garbage collector would count.
test("after every step the engine holds as many tensors as after the first", async () => {
  const held: number[] = [];
  const bytes: number[] = [];
  const onStep = (): void => {
    held.push(engine.memory().tensors);
    bytes.push(engine.memory().bytes);
  };
  const before = engine.memory().tensors;
  const tokenBudget = 150;
  const { embedder } = await train(new TinyModel(engine), tinyExamples(80), { ...OPTIONS, tokenBudget, onStep });
  assert.equal(new Set(held.slice(1)).size, 1, `${held}`);
  assert.equal(new Set(bytes.slice(1)).size, 1, `${bytes}`);
  // The model that was made here and the trained copy: nothing else stays.
  assert.equal(engine.memory().tensors, before + 3 + embedder.params.size);
});

for (const loss of [{ name: "infoNce" }, { name: "pairContrastive", margin: 1 }, { name: "triplet" }] as const)
  test(`${loss.name}: the loss falls on words that a letter gives away`, async () => {
    const losses: number[] = [];
    const onStep = (report: StepReport): void => void losses.push(report.loss);
    await train(new TinyModel(engine), tinyExamples(80), { ...OPTIONS, loss, onStep, epochs: 8 });
    const mean = (x: number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
    assert.ok(mean(losses.slice(-10)) < 0.6 * mean(losses.slice(0, 5)), `${losses}`);
  });

test("the model that is given keeps its weights; the result has others", async () => {
  const model = new TinyModel(engine);
  const before = weightsHash(model);
  const { embedder, status, steps, totalSteps } = await train(model, tinyExamples(40), OPTIONS);
  assert.equal(weightsHash(model), before);
  assert.notEqual(weightsHash(embedder), before);
  assert.deepEqual([status, steps, totalSteps], ["finished", 25, 25]);
});

test("seeds differ", async () => {
  const hash = async (seed: number): Promise<string> =>
    weightsHash((await train(new TinyModel(engine), tinyExamples(40), { ...OPTIONS, seed })).embedder);
  assert.equal(await hash(1), await hash(1));
  assert.notEqual(await hash(1), await hash(2));
});

test("each step reports loss, rate, norm, speed and time left, to the callback and to the run", async () => {
  const reports: StepReport[] = [];
  const metrics: { values: Record<string, number>; step: number }[] = [];
  let now = 0;
  await train(new TinyModel(engine), tinyExamples(40), {
    ...OPTIONS,
    epochs: 1,
    clock: () => (now += 500),
    run: { metrics: (values, step) => void metrics.push({ values, step }) },
    onStep: (report) => void reports.push(report),
  });
  assert.deepEqual(
    reports.map(({ step, steps, secondsLeft }) => [step, steps, secondsLeft]),
    [1, 2, 3, 4, 5].map((step) => [step, 5, (5 - step) * 0.5]),
  );
  const schedule = { lr: 0.02, steps: 5, warmupSteps: 0, decay: "linear" } as const;
  assert.deepEqual(
    reports.map(({ lr }) => lr),
    [0, 1, 2, 3, 4].map((step) => learningRate(step, schedule)),
  );
  assert.ok(reports.every(({ gradNorm, tokensPerSecond }) => gradNorm > 0 && tokensPerSecond > 0));
  assert.deepEqual(
    metrics,
    reports.map(({ step, loss, lr, gradNorm, tokensPerSecond }) => ({
      step,
      values: { loss, lr, gradNorm, tokensPerSecond },
    })),
  );
});

test("keepBest gives the weights of the best evaluation", async () => {
  const scores = [0.2, 0.9, 0.9, 0.1, 0.3];
  const hashes: string[] = [];
  const logged: number[] = [];
  const result = await train(new TinyModel(engine), tinyExamples(40), {
    ...OPTIONS,
    run: { metrics: (values) => void ("recall" in values && logged.push(values.recall)) },
    evaluate: {
      everySteps: 5,
      keepBest: "recall",
      run: async (model) => {
        hashes.push(weightsHash(model));
        return { recall: scores[hashes.length - 1] };
      },
    },
  });
  assert.deepEqual(logged, scores);
  assert.deepEqual(result.best, { value: 0.9, step: 10 });
  assert.equal(weightsHash(result.embedder), hashes[1]);
  const wrong = { everySteps: 5, keepBest: "ndcg", run: async () => ({ recall: 1 }) };
  await assert.rejects(train(new TinyModel(engine), tinyExamples(40), { ...OPTIONS, evaluate: wrong }), /gave recall/);
});

test("maxSteps ends a run and its schedule early", async () => {
  const rates: number[] = [];
  const onStep = ({ lr }: StepReport): void => void rates.push(lr);
  const result = await train(new TinyModel(engine), tinyExamples(40), { ...OPTIONS, maxSteps: 4, onStep });
  assert.equal(result.totalSteps, 4);
  assert.equal(rates.at(-1), 0.02 / 4);
});

test("clipping bounds what a step can do", async () => {
  const norms: number[] = [];
  const onStep = ({ gradNorm }: StepReport): void => void norms.push(gradNorm);
  const options = { ...OPTIONS, onStep, maxSteps: 5 };
  const free = await train(new TinyModel(engine), tinyExamples(40), options);
  const clipped = await train(new TinyModel(engine), tinyExamples(40), { ...options, clipNorm: 1e-9 });
  assert.equal(norms[0], norms[5], "the norm is the one before clipping");
  // Gradients far below AdamW's epsilon move nothing to speak of.
  const moved = (model: TinyModel): number =>
    Math.max(...[...model.params].map(([name, p]) => distance(p, new TinyModel(engine).params.get(name)!)));
  assert.ok(moved(clipped.embedder) < 0.1 * moved(free.embedder));
});

const distance = (a: Tensor, b: Tensor): number =>
  engine.tidy(() => engine.item(engine.max(engine.abs(engine.sub(a, b)))));

test("a loss that stops being a number ends the run with step and batch, and leaves no tensor behind", async () => {
  const before = engine.memory().tensors;
  const model = new TinyModel(engine);
  await assert.rejects(
    train(model, tinyExamples(40), { ...OPTIONS, lr: 1e30 }),
    (error: unknown) =>
      error instanceof EngineError &&
      /the (loss is|gradient's norm is) (NaN|-?Infinity) at step \d+ of 25, on the batch "row-\d+: [W-Z].*and 5 more/.test(
        error.message,
      ),
  );
  assert.equal(engine.memory().tensors, before + model.params.size);
});

test("what cannot be trained on is refused at the door, by example", async () => {
  const refuse = (examples: unknown[], options: Partial<TrainOptions<TinyModel>>, message: RegExp): Promise<void> =>
    assert.rejects(train(new TinyModel(engine), examples as never, { ...OPTIONS, ...options }), message);
  const good = { query: "W", pos: ["Wa"], neg: [] };
  await refuse([], {}, /train: there are no examples\./);
  await refuse([good], {}, /a batch of one example without negatives/);
  await refuse([good, good], { batchSize: 1 }, /a batch of one example without negatives/);
  await refuse(
    [good, good],
    { loss: { name: "triplet" } },
    /triplet needs a negative in every example, example 0 \("W"\)/,
  );
  await refuse([good, good], { loss: { name: "pairContrastive" } }, /no example has one/);
  await refuse([good, { query: " ", pos: ["a"], neg: [] }], {}, /example 1 \(" "\) must have a query with text/);
  await refuse([{ query: "a", pos: [], neg: [] }], {}, /example 0 \("a"\) must have at least one positive/);
  await refuse([{ query: "a", pos: ["b", ""], neg: [] }], {}, /texts in `pos`, got ""/);
  await refuse([{ query: "a", pos: ["b"], neg: [7] }], {}, /texts in `neg`, got 7/);
});

test("an option out of range is named", async () => {
  for (const [options, message] of [
    [{ lr: 0 }, /`lr` must be above 0, got 0/],
    [{ batchSize: 1.5 }, /`batchSize` must be a whole number from 1, got 1.5/],
    [{ tokenBudget: 0 }, /`tokenBudget`/],
    [{ warmupSteps: -1 }, /`warmupSteps`/],
    [{ schedule: "step" as never }, /`schedule` must be linear, cosine or constant, got "step"/],
    [{ checkpoint: { dir: "x", keep: 0 } }, /`checkpoint.keep`/],
  ] as const)
    await assert.rejects(train(new TinyModel(engine), tinyExamples(8), { ...OPTIONS, ...options }), message);
});
