import type { NoiseKind } from "./noiseKinds.ts";

/**
 * A resolved experiment: what `parseExperiment` makes of a short YAML, every default filled in.
 * What each field means, its range and its default stand once, in `experimentSchema`.
 */
export interface Experiment {
  name: string;
  experiment: string;
  seed: number;
  device?: "cpu" | "cuda";
  threads?: number;
  data: DataSettings;
  model: ModelSettings;
  mine: MineSettings;
  train: TrainSettings;
  systems: Record<string, SystemSettings>;
  evaluate: EvaluateSettings;
}

/** The dataset, and what of it is trained on. */
export interface DataSettings extends TrainingSettings {
  name: string;
}

/** What of a dataset is trained on. */
export interface TrainingSettings {
  trainFields: string[];
  trainSplits: SplitName[];
  /** Domains whose rows do not train. */
  withoutDomains?: string[];
  /** Files of further pairs. */
  more?: string[];
}

/** Splits go by topic. */
export type SplitName = "train" | "dev" | "test";

/** Exactly one of `name` and `fresh` is there. */
export interface ModelSettings {
  name?: string;
  fresh?: FreshModelSettings;
  maxLength?: number;
}

/** A decoder from random weights, with a tokenizer of its own. */
export interface FreshModelSettings {
  type: "mistral" | "llama";
  hiddenSize: number;
  numHiddenLayers: number;
  numAttentionHeads: number;
  numKeyValueHeads: number;
  intermediateSize: number;
  embeddingSize?: number;
  pooling: "mean" | "lasttoken" | "cls";
  causal: boolean;
  initialize: "unit" | "normal";
  vocabSize: number;
}

/** How hard negatives are chosen. */
export interface MineSettings {
  perQuery: number;
  window: [number, number];
  margin?: number;
  relativeMargin?: number;
  minScore?: number;
  maxScore?: number;
  dropGroup: boolean;
  sampling: "top" | "random";
  /** A cross-encoder, whose scores count in place of the cosines. */
  rescore?: string;
}

/** A loss and its options. */
export type LossSettings =
  | { name: "infoNce"; temperature: number; bothDirections: boolean }
  | { name: "pairContrastive"; margin: number }
  | { name: "triplet"; margin: number; distance: "euclidean" | "cosine" };

/** How a model is trained. */
export interface TrainSettings {
  loss: LossSettings;
  epochs: number;
  batchSize: number;
  lr: number;
  maxSteps?: number;
  warmupSteps?: number;
  schedule: "linear" | "cosine" | "constant";
  maxLength: number;
  tokenBudget: number;
  clipNorm?: number;
  weightDecay: number;
  decayAll: boolean;
  maskGroup: boolean;
  batches: "shuffled" | "groupsApart" | "passagesTogether" | "groupsTogether";
  negativesPerQuery?: number;
  autocast: boolean;
  checkpointEverySteps?: number;
}

/** One row of the table. */
export type SystemSettings = Bm25System | BaseSystem | FinetuneSystem | HybridSystem | EndpointSystem;

/** The lexical baseline. */
export interface Bm25System {
  kind: "bm25";
  k1: number;
  b: number;
}

/** A model, untrained: the experiment's own, unless it names another. */
export interface BaseSystem {
  kind: "base";
  model?: string;
  /** Only beside `model`. */
  maxLength?: number;
}

/** `data`, `train` and `mine` are the experiment's own settings with this system's differences laid over them. */
export interface FinetuneSystem {
  kind: "finetune";
  from?: string;
  negatives: "inBatch" | "mined";
  mineWith?: string;
  data: TrainingSettings;
  train: TrainSettings;
  mine: MineSettings;
}

/** Cosine and BM25 as one score. */
export interface HybridSystem {
  kind: "hybrid";
  dense: string;
  lexical: string;
  weight: number | "dev";
}

/** An OpenAI-compatible API for embeddings. */
export interface EndpointSystem {
  kind: "endpoint";
  url: string;
  model: string;
  /** The environment variable that holds the key. */
  keyVariable?: string;
  dimensions?: number;
  batchSize: number;
  concurrency: number;
  requestsPerMinute?: number;
  tokensPerMinute?: number;
  timeoutSeconds: number;
  retries: number;
  dollarsPerMillionTokens?: number;
}

/** What is measured. */
export interface EvaluateSettings {
  split: SplitName;
  fields: string[];
  k: number[];
  intervals: { resamples: number; seed: number };
  /** When given, each query field is also measured noised. */
  noise?: QueryNoise;
  /** When given, long documents made of the passages are searched too. */
  rag?: RagSettings;
  /** Measure although training has seen texts of the split. */
  allowLeaks: boolean;
}

/** Noised queries beside the clean ones: a line of the table for each field and strength. */
export interface QueryNoise {
  strengths: number[];
  kinds: NoiseKind[];
  dialect?: string;
  seed: number;
}

/** Retrieval over long documents: a line of its table for each system, query field and way of cutting. */
export interface RagSettings {
  perDocument: number;
  /** As `chunkForm` reads them. */
  chunks: string[];
  k: number[];
}

/** An experiment as its file says it, checked and with defaults, before `resolveSystems` fills the systems. */
export type WrittenExperiment = Omit<Experiment, "systems"> & { systems: Record<string, WrittenSystem> };

/** A system as its file says it. */
export type WrittenSystem = Bm25System | BaseSystem | WrittenFinetune | WrittenHybrid | EndpointSystem;

/** A trained system that says only what differs from the experiment's `data`, `train` and `mine`. */
export interface WrittenFinetune {
  kind: "finetune";
  from?: string;
  negatives: "inBatch" | "mined";
  mineWith?: string;
  data: Partial<TrainingSettings>;
  train: Partial<TrainSettings>;
  mine: Partial<MineSettings>;
}

/** A hybrid that may leave its BM25 unnamed. */
export interface WrittenHybrid {
  kind: "hybrid";
  dense: string;
  lexical?: string;
  weight: number | "dev";
}
