import { ConfigError, InputError, SulamError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import type { BaseSystem, Experiment, FinetuneSystem, ModelSettings } from "../config/experiment.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import { CrossEncoder } from "../model/crossEncoder.ts";
import { Embedder } from "../model/embedder.ts";
import { weightsDigest } from "../model/weightsDigest.ts";
import type { Run } from "../track/run.ts";
import { createFresh } from "./createFresh.ts";
import { Interrupted } from "./interrupted.ts";
import { WEIGHTS_TAG } from "./weightsTag.ts";

/** What the models are loaded with. */
export interface GivenModelsInput {
  experiment: Experiment;
  run: Run;
  /** Of a run that is gone on with, as it was. */
  tags: Readonly<Record<string, string>>;
  engine: () => Promise<Engine>;
  /** What the tokenizer of a fresh model learns from. */
  texts: () => string[];
  say: (line: string) => void;
  progress: (label: string) => OnProgress;
}

/** What all of them have. */
interface Given {
  engine: Engine;
  params: ReadonlyMap<string, Tensor>;
}

/**
 * The models that an experiment is given, not trained: its own, those that base systems name, and cross-encoders. The
 * same name with the same length is loaded once. Since a name may hold other weights tomorrow, the run keeps their digest.
 */
export class GivenModels {
  private readonly input: GivenModelsInput;
  private readonly embedders = new Map<string, Promise<Embedder>>();
  private readonly crossEncoders = new Map<string, Promise<CrossEncoder>>();
  private readonly digests = new Map<Given, string>();
  private readonly noted = new Set<string>();

  constructor(input: GivenModelsInput) {
    this.input = input;
  }

  /**
   * The model of a base system; without a system, or where that names none, the experiment's own.
   *
   * @throws {ConfigError} names the system whose model cannot be loaded
   * @throws {InputError} other weights than those that the run began with
   * @throws {SulamError} whatever is wrong with the experiment's own
   */
  async base(system?: string): Promise<Embedder> {
    const { model: own, systems } = this.input.experiment;
    const named = system === undefined ? undefined : (systems[system] as BaseSystem);
    const isOwn = named?.model === undefined;
    const { name, maxLength } = isOwn ? own : { name: named.model, maxLength: named.maxLength };
    const key = JSON.stringify([name ?? null, maxLength ?? null]);
    const load = (): Promise<Embedder> => (name === undefined ? this.fresh(own) : this.load(name, maxLength));
    const made = this.embedders.get(key) ?? (isOwn ? load() : blaming(`systems.${system}`, name as string, load));
    this.embedders.set(key, made);
    return this.note(isOwn ? "base" : `base.${system}`, await made);
  }

  /**
   * The cross-encoder that a system's `mine.rescore` names.
   *
   * @throws {ConfigError} names the key whose model cannot be loaded
   */
  async crossEncoder(system: string): Promise<CrossEncoder> {
    const { mine, systems } = this.input.experiment;
    const name = (systems[system] as FinetuneSystem).mine.rescore as string;
    const key = mine.rescore === name ? "mine.rescore" : `systems.${system}.mine.rescore`;
    const made = this.crossEncoders.get(name) ?? blaming(key, name, () => this.loadCrossEncoder(name));
    this.crossEncoders.set(name, made);
    return this.note(`rescore.${system}`, await made);
  }

  /** Frees them. */
  async dispose(): Promise<void> {
    const made = await Promise.allSettled([...this.embedders.values(), ...this.crossEncoders.values()]);
    for (const one of made) if (one.status === "fulfilled") one.value.dispose();
  }

  private note<M extends Given>(what: string, model: M): M {
    if (this.noted.has(what)) return model;
    const digest = this.digests.get(model) ?? weightsDigest(model);
    this.digests.set(model, digest);
    const before = this.input.tags[`${WEIGHTS_TAG}${what}`] ?? digest;
    if (before !== digest)
      throw new InputError(
        what,
        `the run began with other weights: sha256 ${before.slice(0, 12)}, now ${digest.slice(0, 12)}`,
        "Bring the old model back, or begin a new run.",
      );
    this.input.run.tag(`${WEIGHTS_TAG}${what}`, digest);
    this.noted.add(what);
    return model;
  }

  private async load(name: string, maxLength: number | undefined): Promise<Embedder> {
    const { engine, say, progress } = this.input;
    const opened = await engine();
    say(`Loading the model ${name}.`);
    return Embedder.load(name, { engine: opened, maxLength, onProgress: progress(`downloading ${name}`) });
  }

  private async loadCrossEncoder(name: string): Promise<CrossEncoder> {
    const { engine, say, progress } = this.input;
    const opened = await engine();
    say(`Loading the cross-encoder ${name}.`);
    return CrossEncoder.load(name, { engine: opened, onProgress: progress(`downloading ${name}`) });
  }

  private async fresh({ fresh, maxLength }: ModelSettings): Promise<Embedder> {
    const { experiment, engine, texts, say } = this.input;
    const settings = fresh as NonNullable<typeof fresh>;
    const opened = await engine();
    say(`Making a ${settings.type} of ${settings.numHiddenLayers} layers, with a tokenizer of its own.`);
    return createFresh({ engine: opened, settings, texts: texts(), seed: experiment.seed, maxLength });
  }
}

/** Errors of a room know the model's name, but not where the experiment says it. */
async function blaming<M>(key: string, name: string, load: () => Promise<M>): Promise<M> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof SulamError) || error instanceof Interrupted) throw error;
    throw new ConfigError(key, `the model ${name} cannot be loaded`, error.message, { cause: error });
  }
}
