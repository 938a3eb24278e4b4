import { setImmediate } from "node:timers/promises";
import { EngineError, InputError } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import type { Example } from "../data/examplesFrom.ts";
import { readSafetensors, writeSafetensors } from "../engine/safetensors.ts";
import { type Loss, lossOf } from "../loss/lossOf.ts";
import { assertSameRun } from "./assertSameRun.ts";
import { batchKeys } from "./batchKeys.ts";
import { BestWeights } from "./bestWeights.ts";
import { checkExamples } from "./checkExamples.ts";
import { CheckpointFolder } from "./checkpointFolder.ts";
import { type Fingerprint, fingerprint } from "./fingerprint.ts";
import { learningRate } from "./learningRate.ts";
import { Optimizer } from "./optimizer.ts";
import { Sampler } from "./sampler.ts";
import { Speedometer } from "./speedometer.ts";
import { stepBatch } from "./stepBatch.ts";
import { stepGradients } from "./stepGradients.ts";
import type { Trainable } from "./trainable.ts";
import type { StepReport, TrainOptions } from "./trainOptions.ts";
import { type TrainSettings, trainSettings } from "./trainSettings.ts";

/** What came of a run. */
export interface TrainResult<M extends Trainable> {
  /** The trained copy; the model that was given is unchanged. */
  embedder: M;
  /** `stopped` when the signal ended it early. */
  status: "finished" | "stopped";
  /** Steps made, those before a resume included, of `totalSteps`. */
  steps: number;
  totalSteps: number;
  /** Loss of the last step; NaN when no step was made in this call. */
  loss: number;
  /** Real tokens encoded and seconds of the steps in this call. */
  tokens: number;
  seconds: number;
  /** The newest checkpoint's folder. */
  checkpoint?: string;
  /** The evaluation whose weights `embedder` has, with `keepBest`. */
  best?: { value: number; step: number };
}

/**
 * Finetunes a copy of an embedding model contrastively.
 *
 * A step takes `batchSize` examples, encodes their different texts once each in packed batches, and makes one AdamW
 * step. The same model, examples, options and machine give the same weights bit for bit, also when the run was
 * stopped and resumed from its checkpoint in between.
 *
 * @param examples queries with the passages that answer them, and hard negatives where the loss wants them
 * @throws {ConfigError} for an option that is out of range
 * @throws {InputError}  for examples that cannot be used, a checkpoint of another run, or a disk that refuses
 * @throws {EngineError} when loss or gradients stop being finite; says the step and its batch, and changes no weight
 */
export async function train<M extends Trainable>(
  model: M,
  examples: readonly Example[],
  options: TrainOptions<M>,
): Promise<TrainResult<M>> {
  const settings = trainSettings(options);
  const loss = lossOf(settings.loss);
  checkExamples(examples, loss, settings.batchSize);
  const trainer = new Trainer(model, examples, { options, settings, loss });
  try {
    await trainer.resume();
    return await trainer.run();
  } catch (error) {
    trainer.freeModel();
    throw error;
  } finally {
    trainer.freeState();
  }
}

class Trainer<M extends Trainable> {
  private readonly examples: readonly Example[];
  private readonly options: TrainOptions<M>;
  private readonly settings: TrainSettings;
  private readonly loss: Loss;
  private readonly model: M;
  private random: Random;
  private readonly sampler: Sampler;
  private readonly optimizer: Optimizer;
  private readonly best: BestWeights | undefined;
  private readonly folder: CheckpointFolder | undefined;
  private readonly fingerprint: Fingerprint | undefined;
  private readonly speed = new Speedometer();
  private readonly steps: number;
  private step = 0;
  private lastLoss = Number.NaN;
  private saved: { step: number; folder: string } | undefined;

  constructor(
    model: M,
    examples: readonly Example[],
    { options, settings, loss }: { options: TrainOptions<M>; settings: TrainSettings; loss: Loss },
  ) {
    this.examples = examples;
    this.options = options;
    this.settings = settings;
    this.loss = loss;
    this.model = model.clone();
    this.random = new Random(settings.seed);
    this.sampler = new Sampler({
      count: examples.length,
      batchSize: settings.batchSize,
      epochs: settings.epochs,
      ...batchKeys(settings.batches, examples),
      random: new Random(this.random.uint32()),
    });
    this.steps = Math.min(this.sampler.total, settings.maxSteps ?? Number.POSITIVE_INFINITY);
    this.optimizer = new Optimizer(model.engine, this.model.params, settings);
    const metric = options.evaluate?.keepBest;
    this.best = metric === undefined ? undefined : new BestWeights(this.model, metric);
    if (options.checkpoint) {
      const write = (path: string, tensors: Parameters<typeof writeSafetensors>[2]): void =>
        writeSafetensors(model.engine, path, tensors);
      this.folder = new CheckpointFolder(options.checkpoint.dir, options.checkpoint.keep ?? 2, write);
      const { tokenBudget: _, ...deciding } = settings;
      this.fingerprint = fingerprint(this.model, examples, { ...deciding, loss: loss.config });
    }
  }

  /** Goes on from the newest checkpoint, if there is one. */
  async resume(): Promise<void> {
    if (!this.folder || !this.fingerprint) return;
    const checkpoint = await this.folder.newest();
    if (!checkpoint) return;
    // Beside older checkpoints a fresh run's first ones would be pruned, and a later resume would meet the other run.
    if (this.options.checkpoint?.resume === false)
      throw new InputError(
        checkpoint.folder,
        "is a checkpoint of an earlier run",
        "Give another folder, or resume it.",
      );
    const { folder, state } = checkpoint;
    assertSameRun(folder, state.fingerprint, this.fingerprint);
    const { engine, params } = this.model;
    const load = (part: string) => readSafetensors(engine, `${folder}/${part}.safetensors`).tensors;
    const model = load("model");
    for (const [name, param] of params) engine.assign(param, model.get(name)!);
    const moments = load("optimizer");
    this.optimizer.restore(moments, state.step);
    engine.free(...model.values(), ...moments.values());
    if (this.best && state.best) {
      const best = load("best");
      this.best.take(best, state.best);
      engine.free(...best.values());
    }
    this.sampler.restore(state.sampler);
    this.random = Random.from(state.random);
    this.step = state.step;
    this.saved = { step: state.step, folder };
  }

  async run(): Promise<TrainResult<M>> {
    const { signal, checkpoint, evaluate } = this.options;
    let status: TrainResult<M>["status"] = "finished";
    while (this.step < this.steps) {
      // Lets Ctrl-C, timers and the abort of the signal through between two steps.
      await setImmediate();
      if (signal?.aborted) {
        status = "stopped";
        break;
      }
      this.makeStep();
      if (evaluate && this.step % evaluate.everySteps === 0) await this.measure();
      if (checkpoint?.everySteps && this.step % checkpoint.everySteps === 0) await this.save();
    }
    await this.save();
    if (status === "finished") this.best?.restore();
    return {
      embedder: this.model,
      status,
      steps: this.step,
      totalSteps: this.steps,
      loss: this.lastLoss,
      ...this.speed.total,
      checkpoint: this.saved?.folder,
      best: this.best?.best,
    };
  }

  private makeStep(): void {
    const { settings, model } = this;
    const clock = this.options.clock ?? (() => performance.now());
    const start = clock();
    const chosen = this.sampler.next()!.map((i) => this.examples[i]);
    const batch = stepBatch(chosen, { ...settings, random: this.random });
    const { loss, grads, tokens } = stepGradients(model, this.loss, batch, settings);
    const gradNorm = model.engine.clipGradNorm(grads, settings.clipNorm ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(loss) || !Number.isFinite(gradNorm)) {
      model.engine.free(...grads);
      this.giveUp(loss, gradNorm, chosen);
    }
    const lr = learningRate(this.step, {
      lr: settings.lr,
      steps: this.steps,
      warmupSteps: settings.warmupSteps ?? Math.min(20, Math.floor(this.steps / 10)),
      decay: settings.schedule,
    });
    this.optimizer.step(grads, lr);
    model.engine.free(...grads);
    this.step++;
    this.lastLoss = loss;
    this.speed.add(tokens, (clock() - start) / 1000);
    this.report({ loss, lr, gradNorm });
  }

  private report(values: { loss: number; lr: number; gradNorm: number }): void {
    const { tokensPerSecond, secondsPerStep } = this.speed;
    this.options.run?.metrics({ ...values, tokensPerSecond }, this.step);
    const secondsLeft = (this.steps - this.step) * secondsPerStep;
    const report: StepReport = { step: this.step, steps: this.steps, ...values, tokensPerSecond, secondsLeft };
    this.options.onStep?.(report);
  }

  private giveUp(loss: number, gradNorm: number, chosen: readonly Example[]): never {
    const what = Number.isFinite(loss) ? `the gradient's norm is ${gradNorm}` : `the loss is ${loss}`;
    const shown = chosen.slice(0, 3).map((example) => {
      const id = example.posIds ? `${example.posIds[0]}: ` : "";
      return JSON.stringify(id + example.query.slice(0, 60));
    });
    const more = chosen.length > 3 ? ` and ${chosen.length - 3} more` : "";
    const kept = this.saved ? ` The last checkpoint is ${this.saved.folder}.` : "";
    throw new EngineError(
      "train",
      `${what} at step ${this.step + 1} of ${this.steps}, on the batch ${shown.join(", ")}${more}`,
      `Lower the learning rate, set clipNorm, or look at these examples.${kept}`,
    );
  }

  private async measure(): Promise<void> {
    const metrics = await this.options.evaluate!.run(this.model);
    this.options.run?.metrics(metrics, this.step);
    this.best?.offer(metrics, this.step);
  }

  /** Writes a checkpoint of the present step, if there is a folder for it and it is not there yet. */
  private async save(): Promise<void> {
    if (!this.folder || !this.fingerprint || this.saved?.step === this.step) return;
    const folder = await this.folder.write(
      {
        step: this.step,
        fingerprint: this.fingerprint,
        sampler: this.sampler.state(),
        random: this.random.state(),
        best: this.best?.best,
      },
      {
        model: new Map(this.model.params),
        optimizer: this.optimizer.tensors(),
        ...(this.best?.best ? { best: this.best.tensors() } : {}),
      },
    );
    this.saved = { step: this.step, folder };
  }

  freeModel(): void {
    this.model.engine.free(...this.model.params.values());
  }

  freeState(): void {
    this.optimizer.free();
    this.best?.free();
  }
}
