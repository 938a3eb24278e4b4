/** How the learning rate falls after its warm-up. */
export type Decay = "linear" | "cosine" | "constant";

/** The course of a learning rate over a run. */
export interface Schedule {
  /** The highest learning rate, > 0. */
  lr: number;
  /** Steps of the whole run. */
  steps: number;
  /** Steps of the linear climb: the first step takes lr / warmupSteps, the last of them lr. */
  warmupSteps: number;
  decay: Decay;
}

/**
 * The learning rate of a step, step 0 first: a linear climb, then a fall that would reach 0 one step after the last.
 * So no step is wasted at a rate of 0. The formulas are those of transformers' `get_linear_schedule_with_warmup` and
 * `get_cosine_schedule_with_warmup`, whose climb starts at 0 and is read here one step later.
 */
export function learningRate(step: number, { lr, steps, warmupSteps, decay }: Schedule): number {
  if (step < warmupSteps) return (lr * (step + 1)) / warmupSteps;
  if (decay === "constant") return lr;
  const done = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return decay === "linear" ? lr * (1 - done) : (lr * (1 + Math.cos(Math.PI * done))) / 2;
}
