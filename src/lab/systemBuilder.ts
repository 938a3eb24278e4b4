import { rmSync } from "node:fs";
import { join } from "node:path";
import type { OnProgress } from "../base/progress.ts";
import type { Bm25System, Experiment, FinetuneSystem, HybridSystem, TrainingSettings } from "../config/experiment.ts";
import type { Example } from "../data/examplesFrom.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/openEngine.ts";
import type { System } from "../eval/system.ts";
import { tuneHybrid } from "../eval/tuneHybrid.ts";
import { mineHardNegatives } from "../mine/mineHardNegatives.ts";
import type { Scorer } from "../mine/rescore.ts";
import { Embedder } from "../model/embedder.ts";
import { type Bm25, bm25 } from "../search/bm25.ts";
import type { Encoder } from "../search/encoder.ts";
import { rememberTexts } from "../search/rememberTexts.ts";
import type { Run } from "../track/run.ts";
import { train } from "../train/train.ts";
import { engineTags } from "./engineTags.ts";
import { GivenModels } from "./givenModels.ts";
import { Interrupted } from "./interrupted.ts";
import { RemoteEncoders } from "./remoteEncoders.ts";
import { stepNote } from "./stepNote.ts";
import { type TrainingData, type TrainingSource, trainingExamples } from "./trainingExamples.ts";
import { withOwnNegatives } from "./withOwnNegatives.ts";

/** What a builder works with. */
export interface BuilderInput extends TrainingSource {
  experiment: Experiment;
  run: Run;
  /** Of a run that is gone on with, as it was. */
  tags: Readonly<Record<string, string>>;
  /** Checkpoints and weights of this run lie here until they are stored with it. */
  scratch: string;
  /** Answers of APIs lie here, for all runs. */
  answers: string;
  /** The folder of a system's weights, when an earlier part of this run stored them. */
  stored: (path: string) => string | undefined;
  say: (line: string) => void;
  /** A callback that throws `Interrupted` when the run was told to stop. */
  progress: (label: string) => OnProgress;
  signal?: AbortSignal;
}

/** Makes the systems of an experiment's table, each once, and what they are made from first. */
export class SystemBuilder {
  private readonly input: BuilderInput;
  private readonly embedders = new Map<string, Promise<Embedder>>();
  private readonly encoders = new Map<Embedder, Encoder>();
  private readonly indices = new Map<string, Bm25>();
  private readonly remote: RemoteEncoders;
  private readonly given: GivenModels;
  private readonly data = new Map<string, TrainingData>();

  constructor(input: BuilderInput) {
    this.input = input;
    this.remote = new RemoteEncoders(input.experiment.systems, input.answers);
    this.given = new GivenModels({
      ...input,
      engine: () => this.engine(),
      texts: () => this.trainingData(input.experiment.data).texts,
    });
  }

  /**
   * Loads the models that the systems start from and that score what they mine: a wrong name is told before anything is
   * trained.
   *
   * @throws {ConfigError} names the system whose model cannot be loaded
   */
  async loadModels(): Promise<void> {
    for (const [name, system] of Object.entries(this.input.experiment.systems)) {
      if (system.kind === "base") await this.given.base(name);
      if (system.kind !== "finetune" || this.input.stored(weightsOf(name)) !== undefined) continue;
      if (system.from === undefined) await this.given.base();
      if (system.negatives === "mined" && system.mine.rescore !== undefined) await this.given.crossEncoder(name);
    }
  }

  /** The system of a name, ready to be measured. */
  async build(name: string): Promise<System> {
    const system = this.input.experiment.systems[name];
    if (system.kind === "bm25") return this.bm25(name);
    if (system.kind === "hybrid") return this.hybrid(name, system);
    return this.dense(name);
  }

  /** Writes down what APIs came to. */
  recordUsage(): void {
    this.remote.record(this.input.run);
  }

  /** Frees the models. */
  async dispose(): Promise<void> {
    const made = await Promise.allSettled(this.embedders.values());
    for (const one of made) if (one.status === "fulfilled") one.value.dispose();
    await this.given.dispose();
  }

  private bm25(name: string): Bm25 {
    const { k1, b } = this.input.experiment.systems[name] as Bm25System;
    const made = this.indices.get(name) ?? bm25(this.input.dataset.passages, { k1, b });
    this.indices.set(name, made);
    return made;
  }

  /** Opened when the first model needs it: BM25 alone needs none. */
  private async engine(): Promise<Engine> {
    const { device, threads } = this.input.experiment;
    const engine = await openEngine({ device, threads });
    for (const [key, value] of Object.entries(engineTags())) this.input.run.tag(key, value);
    return engine;
  }

  /** Each text is encoded once for all tables that a model stands in. */
  private encoder(embedder: Embedder): Encoder {
    const made = this.encoders.get(embedder) ?? rememberTexts(embedder);
    this.encoders.set(embedder, made);
    return made;
  }

  /** What gives a system's vectors: a model, or an API. */
  private async dense(name: string): Promise<Encoder> {
    if (this.input.experiment.systems[name].kind === "endpoint") return this.remote.encoder(name, await this.engine());
    return this.encoder(await this.embedder(name));
  }

  private embedder(name: string | undefined): Promise<Embedder> {
    const system = name === undefined ? undefined : this.input.experiment.systems[name];
    if (name === undefined || system?.kind !== "finetune") return this.given.base(name);
    const made = this.embedders.get(name) ?? this.finetune(name, system);
    this.embedders.set(name, made);
    return made;
  }

  private trainingData(settings: TrainingSettings): TrainingData {
    const key = JSON.stringify(settings);
    const made = this.data.get(key) ?? trainingExamples(this.input, settings);
    this.data.set(key, made);
    return made;
  }

  private async finetune(name: string, system: FinetuneSystem): Promise<Embedder> {
    const { experiment, run, say, scratch, signal } = this.input;
    const artifact = weightsOf(name);
    const stored = this.input.stored(artifact);
    if (stored !== undefined) {
      say(`${name} was trained already.`);
      // the folder says which length it was saved with, whatever model the training began with
      return Embedder.load(stored, { engine: await this.engine() });
    }
    const start = await this.embedder(system.from);
    const examples =
      system.negatives === "mined" ? await this.mined(name, system) : this.trainingData(system.data).examples;
    say(`Training ${name} on ${examples.length} pairs.`);
    const { untold } = this.trainingData(system.data);
    if (untold > 0) say(`Of these, ${untold} pairs of files tell no domain: none of them was left out.`);
    const report = this.input.progress(`training ${name}`);
    const dir = join(scratch, name);
    const result = await train(start, examples, {
      ...system.train,
      seed: experiment.seed,
      checkpoint: { dir, everySteps: system.train.checkpointEverySteps },
      run: { metrics: (values, step) => run.metrics(prefixed(name, values), step) },
      onStep: (step) => signal?.aborted || report({ done: step.step, total: step.steps, note: stepNote(step) }),
      signal,
    });
    if (result.status === "stopped") throw new Interrupted(`training ${name}, after step ${result.steps}`);
    await result.embedder.save(join(scratch, artifact));
    run.artifact(join(scratch, artifact), artifact);
    // files are stored one by one: this one says that all of them are
    run.text(`${artifact}.json`, JSON.stringify({ steps: result.steps, loss: result.loss }));
    if (this.input.stored(artifact) === undefined) say(`The weights of ${name} wait to be stored: keep ${scratch}.`);
    else for (const done of [dir, join(scratch, artifact)]) rmSync(done, { recursive: true, force: true });
    return result.embedder;
  }

  private async mined(name: string, system: FinetuneSystem): Promise<Example[]> {
    const { experiment, run, say, progress } = this.input;
    const miner = await this.embedder(system.mineWith ?? system.from);
    const { rescore, ...mine } = system.mine;
    const options = {
      ...mine,
      scorer: rescore === undefined ? undefined : await this.scorer(name),
      seed: experiment.seed,
      onProgress: progress(`mining for ${name}`),
      onRescored: progress(`rescoring for ${name}`),
    };
    // the pool is the training pairs' own passages: none of another split is seen
    const { examples } = this.trainingData(system.data);
    const mined = await mineHardNegatives(this.encoder(miner), examples, options);
    const { found, asked } = mined.summary;
    say(`Mined ${found} hard negatives of ${asked} wanted.`);
    run.metrics({ [`${name}/negativesPerQuery`]: found / mined.length });
    return withOwnNegatives(mined, examples);
  }

  private async scorer(name: string): Promise<Scorer> {
    const judge = await this.given.crossEncoder(name);
    // a call scores thousands of pairs: stop between two batches
    const onProgress = (): void => {
      if (this.input.signal?.aborted) throw new Interrupted(`rescoring for ${name}`);
    };
    return (pairs) => judge.scores(pairs, { onProgress });
  }

  private async hybrid(name: string, { dense, lexical, weight }: HybridSystem): Promise<System> {
    const { dataset, experiment, run, say } = this.input;
    const encoder = await this.dense(dense);
    const index = this.bm25(lexical);
    if (weight !== "dev") return { dense: encoder, lexical: index, weight };
    const chosen = await tuneHybrid(encoder, index, dataset.split().dev, experiment.evaluate.fields);
    say(`${name}: weight ${chosen.weight} of BM25, chosen on the dev split.`);
    run.metrics({ [`${name}/weight`]: chosen.weight });
    return { dense: encoder, lexical: index, weight: chosen.weight };
  }
}

/** Where a run keeps the weights of a system. */
function weightsOf(name: string): string {
  return `models/${name}`;
}

function prefixed(name: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${name}/${key}`, value]));
}
