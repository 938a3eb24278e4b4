/**
 * A child process for tests: trains the tiny model with checkpoints in a folder and prints the weights' sha256.
 *
 *   node --import tsx trainTiny.ts DIR [steps] [milliseconds between steps]
 *
 * It prints a line `step N` after each step; Ctrl-C aborts the run's signal.
 */
import { openEngine } from "../../src/engine/openEngine.ts";
import { train } from "../../src/train/train.ts";
import { TinyModel, tinyExamples, weightsHash } from "./tinyModel.ts";

const [dir, steps = "60", pause = "0"] = process.argv.slice(2);
const engine = await openEngine({ threads: 1 });
const controller = new AbortController();
process.once("SIGINT", () => controller.abort());
const { embedder, status } = await train(new TinyModel(engine), tinyExamples(64), {
  loss: { name: "infoNce", temperature: 0.1, bothDirections: true },
  epochs: 100,
  maxSteps: Number(steps),
  batchSize: 8,
  lr: 0.02,
  negativesPerQuery: 1,
  tokenBudget: 100,
  checkpoint: { dir, everySteps: 1 },
  signal: controller.signal,
  onStep: ({ step }) => {
    process.stdout.write(`step ${step}\n`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(pause));
  },
});
process.stdout.write(`${status} ${weightsHash(embedder)}\n`);
