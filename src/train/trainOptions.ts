import type { LossConfig } from "../loss/lossOf.ts";
import type { Decay } from "./learningRate.ts";
import type { Trainable } from "./trainable.ts";

/** What `train` reports after each step. */
export interface StepReport {
  /** Steps made, of `steps`. */
  step: number;
  steps: number;
  /** In the loss's own unit (nats for infoNce). */
  loss: number;
  lr: number;
  /** Joint norm of the gradients before clipping. */
  gradNorm: number;
  /** Real tokens encoded per second, over the last steps. */
  tokensPerSecond: number;
  /** Estimated seconds until the last step ends. */
  secondsLeft: number;
}

/** A place that keeps metrics by step, e.g. a tracked run. */
export interface MetricSink {
  metrics(values: Record<string, number>, step: number): void;
}

/** Where and how often a run is saved so that it can go on. */
export interface CheckpointOptions {
  dir: string;
  /** Besides these, one is written when the run stops and when it ends. Default: only those two. */
  everySteps?: number;
  /** How many stay. Default 2. */
  keep?: number;
  /** Goes on from the newest whole checkpoint in `dir`, if there is one; false refuses such a folder. Default true. */
  resume?: boolean;
}

/** Measures a model while it trains. */
export interface EvaluateOptions<M extends Trainable> {
  everySteps: number;
  /** Gets the model in training; must leave its weights as they are. Metrics go to `run` as they are named. */
  run: (model: M) => Promise<Record<string, number>>;
  /** The metric (greater is better) whose best weights the result shall have, in place of the last. */
  keepBest?: string;
}

/**
 * Which examples share a step: any (`shuffled`), no two of one group (`groupsApart`), all that one passage answers
 * (`passagesTogether`: it is encoded once for them), or all of a group (`groupsTogether`: its other passages, the
 * hardest negatives at hand, are then in the batch too; pointless with `maskGroup`).
 */
export type Batches = "shuffled" | "groupsApart" | "passagesTogether" | "groupsTogether";

/** Everything `train` can be told. Only `loss` is required. */
export interface TrainOptions<M extends Trainable> {
  loss: LossConfig;
  /** Default 1. */
  epochs?: number;
  /** Stops after so many steps; the learning rate falls over these. Default: all steps of the epochs. */
  maxSteps?: number;
  /** Queries of a step. Default 32. */
  batchSize?: number;
  /** Highest learning rate. Default 1e-4. */
  lr?: number;
  /** Default 20, or a tenth of a shorter run. */
  warmupSteps?: number;
  /** Default linear. */
  schedule?: Decay;
  /** AdamW's decoupled decay. Default 0.01, on matrices only. */
  weightDecay?: number;
  /** Also decay norms and biases. Default false. */
  decayAll?: boolean;
  /** Gradients are scaled down to this joint norm. Default: never. */
  clipNorm?: number;
  /** Longest text in tokens. Default: the model's own. */
  maxLength?: number;
  /** Most tokens that go through the model at once; a step with more is computed in exact parts. Default 16384. */
  tokenBudget?: number;
  /** Matrix products in bfloat16. Default false. */
  autocast?: boolean;
  /** Any integer. Default 0. */
  seed?: number;
  /** Which examples share a step. Default shuffled. */
  batches?: Batches;
  /** Passages that answer another query of the same group are no negatives. Default true. */
  maskGroup?: boolean;
  /** Passages drawn from an example for one step. Default: all. */
  positivesPerQuery?: number;
  negativesPerQuery?: number;
  checkpoint?: CheckpointOptions;
  evaluate?: EvaluateOptions<M>;
  run?: MetricSink;
  onStep?: (report: StepReport) => void;
  /** When it aborts, the run stops after the present step, with a checkpoint if it has a folder for it. */
  signal?: AbortSignal;
  /** Milliseconds, for speed and time left only. Default `performance.now`. */
  clock?: () => number;
}
