import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openEngine } from "../../src/engine/openEngine.ts";
import { CheckpointFolder } from "../../src/train/checkpointFolder.ts";
import { train } from "../../src/train/train.ts";
import type { StepReport, TrainOptions } from "../../src/train/trainOptions.ts";
import { TinyModel, tinyExamples, weightsHash } from "./tinyModel.ts";

const engine = await openEngine({ threads: 1 });
const room = mkdtempSync(join(tmpdir(), "sulam-resume-"));
after(() => rmSync(room, { recursive: true, force: true }));

const OPTIONS: TrainOptions<TinyModel> = {
  loss: { name: "infoNce", temperature: 0.1 },
  epochs: 4,
  batchSize: 6,
  lr: 0.02,
  batches: "shuffled",
  negativesPerQuery: 1,
  seed: 3,
};

/** Starts trainTiny.ts. */
function child(dir: string, steps: number, pause = 0): { process: ChildProcess; output: Promise<string> } {
  const script = fileURLToPath(new URL("./trainTiny.ts", import.meta.url));
  const args = ["--import", "tsx", "--conditions=source", script, dir, `${steps}`, `${pause}`];
  const started = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  started.stdout.on("data", (chunk) => {
    text += chunk;
  });
  return { process: started, output: new Promise((resolve) => started.on("close", () => resolve(text))) };
}

/** Resolves when the child has printed `line`. */
const said = (one: ChildProcess, line: string): Promise<void> =>
  new Promise((resolve) => {
    let text = "";
    one.stdout!.on("data", (chunk) => {
      text += chunk;
      if (text.includes(line)) resolve();
    });
  });

test("a run stopped after any step and resumed ends with the weights of an uninterrupted one, bit for bit", async () => {
  const whole = await train(new TinyModel(engine), tinyExamples(40), OPTIONS);
  assert.equal(whole.totalSteps, 24);
  for (const stopAt of [1, 6, 7, 23]) {
    const checkpoint = { dir: join(room, `stop-${stopAt}`), everySteps: 5 };
    const controller = new AbortController();
    const onStep = ({ step }: StepReport): void => {
      if (step === stopAt) controller.abort();
    };
    const options = { ...OPTIONS, checkpoint };
    const first = await train(new TinyModel(engine), tinyExamples(40), {
      ...options,
      onStep,
      signal: controller.signal,
    });
    assert.deepEqual([first.status, first.steps], ["stopped", stopAt]);
    const second = await train(new TinyModel(engine), tinyExamples(40), options);
    assert.deepEqual([second.status, second.steps], ["finished", 24]);
    assert.equal(weightsHash(second.embedder), weightsHash(whole.embedder), `stopped at ${stopAt}`);
  }
});

test("a finished run that is started again is finished at once, with the same weights", async () => {
  const options = { ...OPTIONS, checkpoint: { dir: join(room, "again") } };
  const first = await train(new TinyModel(engine), tinyExamples(40), options);
  const onStep = (): void => assert.fail("no step is left");
  const second = await train(new TinyModel(engine), tinyExamples(40), { ...options, onStep });
  assert.equal(weightsHash(second.embedder), weightsHash(first.embedder));
});

test("the best weights so far survive a stop", async () => {
  const scores = [0.3, 0.8, 0.1, 0.5];
  let evaluations = 0;
  const controller = new AbortController();
  const options: TrainOptions<TinyModel> = {
    ...OPTIONS,
    checkpoint: { dir: join(room, "best") },
    evaluate: { everySteps: 6, keepBest: "r", run: async () => ({ r: scores[evaluations++] }) },
    signal: controller.signal,
    onStep: ({ step }) => step === 13 && controller.abort(),
  };
  await train(new TinyModel(engine), tinyExamples(40), options);
  const result = await train(new TinyModel(engine), tinyExamples(40), { ...options, signal: undefined });
  assert.equal(evaluations, 4);
  assert.deepEqual(result.best, { value: 0.8, step: 12 });
});

test("a checkpoint of other data, options or weights is refused with what differs", async () => {
  const checkpoint = { dir: join(room, "other") };
  await train(new TinyModel(engine), tinyExamples(40), { ...OPTIONS, checkpoint, maxSteps: 2 });
  const again = (model: TinyModel, count: number, options: Partial<TrainOptions<TinyModel>>): Promise<unknown> =>
    train(model, tinyExamples(count), { ...OPTIONS, checkpoint, maxSteps: 2, ...options });
  const model = new TinyModel(engine);
  await assert.rejects(again(model, 41, {}), /step-00000002: this checkpoint was made with other training examples\./);
  await assert.rejects(
    again(model, 40, { lr: 0.03 }),
    /made with lr 0\.02 \(now 0\.03\)\. Use another checkpoint folder/,
  );
  await assert.rejects(again(model, 40, { clipNorm: 1 }), /clipNorm unset \(now 1\)/);
  await assert.rejects(again(new TinyModel(engine, 5), 40, {}), /another model to start from/);
  await again(model, 40, { tokenBudget: 99 });
  await assert.rejects(
    again(model, 40, { checkpoint: { ...checkpoint, resume: false } }),
    /step-00000002: is a checkpoint of an earlier run\. Give another folder/,
  );
});

/** The last line of an uninterrupted child: its weights. */
let straight: Promise<string> | undefined;
const uninterrupted = async (): Promise<string | undefined> => {
  straight ??= child(join(room, "straight"), 20).output;
  return (await straight).trim().split("\n").at(-1);
};

test("Ctrl-C ends the step, saves, and the next start goes on to the same weights as another process without it", async () => {
  const dir = join(room, "ctrl-c");
  const stopped = child(dir, 20, 50);
  await said(stopped.process, "step 3\n");
  stopped.process.kill("SIGINT");
  const text = await stopped.output;
  assert.match(text, /stopped [0-9a-f]{64}\n$/);
  const last = Number(/step (\d+)\nstopped/.exec(text)?.[1]);
  assert.equal(readdirSync(dir).sort().at(-1), `step-${String(last).padStart(8, "0")}`);
  const resumed = await child(dir, 20).output;
  assert.equal(resumed.split("\n")[0], `step ${last + 1}`);
  assert.match(resumed, /finished [0-9a-f]{64}\n$/);
  assert.equal(resumed.trim().split("\n").at(-1), await uninterrupted());
});

test("kill -9 in the middle of checkpoints leaves a whole one, and the run goes on to the same weights", async () => {
  const dir = join(room, "killed");
  for (const line of ["step 3\n", "step 9\n"]) {
    const victim = child(dir, 20, 5);
    await said(victim.process, line);
    victim.process.kill("SIGKILL");
    await victim.output;
    const newest = await new CheckpointFolder(dir, 2, () => assert.fail("nothing is written")).newest();
    // The step that printed the line was not saved yet; the one before it was.
    assert.ok((newest?.state.step ?? 0) >= Number(line.slice(5)) - 1, `${newest?.folder}`);
  }
  const resumed = await child(dir, 20).output;
  assert.equal(resumed.trim().split("\n").at(-1), await uninterrupted());
  assert.deepEqual(readdirSync(dir), ["step-00000019", "step-00000020"], "drafts of the dead are gone");
});
