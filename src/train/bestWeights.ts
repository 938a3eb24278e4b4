import { InputError } from "../base/errors.ts";
import type { Tensor } from "../engine/engine.ts";
import type { Trainable } from "./trainable.ts";

/** Keeps a copy of a model's weights from the evaluation where a metric was greatest; the first of equals wins. */
export class BestWeights {
  private readonly model: Trainable;
  private readonly metric: string;
  private weights: Map<string, Tensor> | undefined;
  private found: { value: number; step: number } | undefined;

  constructor(model: Trainable, metric: string) {
    this.model = model;
    this.metric = metric;
  }

  /** The best so far. */
  get best(): { value: number; step: number } | undefined {
    return this.found;
  }

  /** @throws {InputError} when the evaluation does not report the metric */
  offer(metrics: Readonly<Record<string, number>>, step: number): void {
    const value = metrics[this.metric];
    if (value === undefined || Number.isNaN(value))
      throw new InputError(
        "train",
        `keepBest names the metric \`${this.metric}\`, the evaluation gave ${Object.keys(metrics).join(", ") || "none"}`,
        "Name one of those.",
      );
    if (this.found === undefined || value > this.found.value) this.take(this.model.params, { value, step });
  }

  /** Copies weights, e.g. those of a checkpoint. */
  take(params: ReadonlyMap<string, Tensor>, found: { value: number; step: number }): void {
    const { engine } = this.model;
    this.weights ??= new Map([...this.model.params].map(([name, p]) => [name, engine.zerosLike(p)]));
    for (const [name, copy] of this.weights) engine.assign(copy, params.get(name)!);
    this.found = found;
  }

  /** The copies by name; empty before the first evaluation. */
  tensors(): Map<string, Tensor> {
    return this.weights ?? new Map();
  }

  /** Gives the model the best weights, if there are any. */
  restore(): void {
    for (const [name, copy] of this.tensors()) this.model.engine.assign(this.model.params.get(name)!, copy);
  }

  free(): void {
    this.model.engine.free(...this.tensors().values());
  }
}
