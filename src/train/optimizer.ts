import type { Engine, Tensor } from "../engine/engine.ts";

/** Settings of AdamW that stay the same over a run. */
export interface OptimizerOptions {
  /** Decoupled decay, a share of lr. */
  weightDecay: number;
  /** Also decay biases and norm weights (tensors of one dimension), as a plain torch.optim.AdamW does. */
  decayAll: boolean;
}

const BETAS = { beta1: 0.9, beta2: 0.999, eps: 1e-8 };

/**
 * Fused AdamW over all parameters of a model, with its moments. Weights of one dimension (norms, biases) do not decay
 * unless asked.
 *
 * @see Loshchilov & Hutter 2019, arXiv:1711.05101
 */
export class Optimizer {
  private readonly engine: Engine;
  private readonly params: ReadonlyMap<string, Tensor>;
  private readonly options: OptimizerOptions;
  private readonly moments: { m: Tensor[]; v: Tensor[] };
  /** Steps made. */
  private steps = 0;

  constructor(engine: Engine, params: ReadonlyMap<string, Tensor>, options: OptimizerOptions) {
    this.engine = engine;
    this.params = params;
    this.options = options;
    const zeros = (): Tensor[] => [...params.values()].map((p) => engine.zerosLike(p));
    this.moments = { m: zeros(), v: zeros() };
  }

  /** Moves every parameter, in place. `grads` in the order of the parameters. */
  step(grads: readonly Tensor[], lr: number): void {
    this.steps++;
    const params = [...this.params.values()];
    const { m, v } = this.moments;
    for (const decays of [true, false]) {
      const chosen = params
        .map((_, i) => i)
        .filter((i) => (this.options.decayAll || params[i].shape.length > 1) === decays);
      if (chosen.length === 0) continue;
      const pick = (list: readonly Tensor[]): Tensor[] => chosen.map((i) => list[i]);
      this.engine.adamW(
        { params: pick(params), grads: pick(grads), m: pick(m), v: pick(v) },
        { ...BETAS, lr, weightDecay: decays ? this.options.weightDecay : 0, step: this.steps },
      );
    }
  }

  /** The moments by name, `m.NAME` and `v.NAME`, for a checkpoint. */
  tensors(): Map<string, Tensor> {
    const { m, v } = this.moments;
    return new Map(
      [...this.params.keys()].flatMap((name, i) => [[`m.${name}`, m[i]] as const, [`v.${name}`, v[i]] as const]),
    );
  }

  /** Goes on from the moments of a checkpoint, taken after `steps` steps. */
  restore(saved: ReadonlyMap<string, Tensor>, steps: number): void {
    for (const [name, tensor] of this.tensors()) this.engine.assign(tensor, saved.get(name)!);
    this.steps = steps;
  }

  free(): void {
    this.engine.free(...this.moments.m, ...this.moments.v);
  }
}
