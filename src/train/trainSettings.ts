import { ConfigError } from "../base/errors.ts";
import type { LossConfig } from "../loss/lossOf.ts";
import type { Decay } from "./learningRate.ts";
import type { Trainable } from "./trainable.ts";
import type { Batches, TrainOptions } from "./trainOptions.ts";

/** Options that decide the result, with their defaults: what a checkpoint must have in common with its run. */
export interface TrainSettings {
  loss: LossConfig;
  epochs: number;
  maxSteps?: number;
  batchSize: number;
  lr: number;
  warmupSteps?: number;
  schedule: Decay;
  weightDecay: number;
  decayAll: boolean;
  clipNorm?: number;
  maxLength?: number;
  tokenBudget: number;
  autocast: boolean;
  seed: number;
  batches: Batches;
  maskGroup: boolean;
  positivesPerQuery?: number;
  negativesPerQuery?: number;
}

/**
 * Fills in the defaults and checks the ranges.
 *
 * @throws {ConfigError} that names the option, what it must be and what came
 */
export function trainSettings<M extends Trainable>(options: TrainOptions<M>): TrainSettings {
  const settings: TrainSettings = {
    loss: options.loss,
    epochs: options.epochs ?? 1,
    maxSteps: options.maxSteps,
    batchSize: options.batchSize ?? 32,
    lr: options.lr ?? 1e-4,
    warmupSteps: options.warmupSteps,
    schedule: options.schedule ?? "linear",
    weightDecay: options.weightDecay ?? 0.01,
    decayAll: options.decayAll ?? false,
    clipNorm: options.clipNorm,
    maxLength: options.maxLength,
    tokenBudget: options.tokenBudget ?? 16384,
    autocast: options.autocast ?? false,
    seed: options.seed ?? 0,
    batches: options.batches ?? "shuffled",
    maskGroup: options.maskGroup ?? true,
    positivesPerQuery: options.positivesPerQuery,
    negativesPerQuery: options.negativesPerQuery,
  };
  const whole = (least: number) => (x: number) => Number.isInteger(x) && x >= least;
  check(settings, ["epochs", "maxSteps", "batchSize", "tokenBudget", "maxLength"], whole(1), "a whole number from 1");
  check(settings, ["positivesPerQuery", "negativesPerQuery"], whole(1), "a whole number from 1");
  check(settings, ["warmupSteps"], whole(0), "a whole number from 0");
  check(settings, ["seed"], Number.isSafeInteger, "an integer");
  check(settings, ["lr", "clipNorm"], (x) => x > 0 && Number.isFinite(x), "above 0");
  check(settings, ["weightDecay"], (x) => x >= 0 && x <= 1, "from 0 to 1");
  if (!["linear", "cosine", "constant"].includes(settings.schedule))
    fail("schedule", "linear, cosine or constant", settings.schedule);
  const kinds: Batches[] = ["shuffled", "groupsApart", "passagesTogether", "groupsTogether"];
  if (!kinds.includes(settings.batches)) fail("batches", `one of ${kinds.join(", ")}`, settings.batches);
  if (settings.batches === "groupsTogether" && settings.maskGroup)
    fail("maskGroup", "false with batches groupsTogether, whose negatives are the group's own", settings.maskGroup);
  for (const [name, value] of [
    ["checkpoint.everySteps", options.checkpoint?.everySteps],
    ["checkpoint.keep", options.checkpoint?.keep],
    ["evaluate.everySteps", options.evaluate?.everySteps],
  ] as const)
    if (value !== undefined && !whole(1)(value)) fail(name, "a whole number from 1", value);
  return settings;
}

function check(
  settings: TrainSettings,
  names: readonly (keyof TrainSettings)[],
  fits: (x: number) => boolean,
  want: string,
): void {
  for (const name of names) {
    const value = settings[name];
    if (value !== undefined && !(typeof value === "number" && fits(value))) fail(name, want, value);
  }
}

function fail(name: string, want: string, got: unknown): never {
  throw new ConfigError("train", `\`${name}\` must be ${want}, got ${JSON.stringify(got)}`, "Change or leave it out.");
}
