import { EngineError } from "../base/errors.ts";
import type { AdamWOptions, AdamWState, Tensor } from "./engine.ts";
import { idOf } from "./scopes.ts";
import type { TorchEngine } from "./torchEngine.ts";

/** One AdamW step by torch's fused kernel. See `Engine.adamW`. */
export function adamWStep(engine: TorchEngine, state: AdamWState, options: AdamWOptions): void {
  const { params } = state;
  for (const key of ["grads", "m", "v"] as const) checkLike(params, state[key], key);
  if (params.length === 0) return;
  // The kernel reads a step count for each parameter; here they all share one.
  const step = idOf(engine.full([], options.step));
  const { lr, beta1, beta2, weightDecay, eps } = options;
  const lists = [params, state.grads, state.m, state.v].map((tensors) => tensors.map(idOf));
  const steps = params.map(() => step);
  engine.calls.inPlace("adamW", ...lists, [], steps, lr, beta1, beta2, weightDecay, eps, false, false);
}

/** The kernel trusts that all lists match, so a difference is caught here. */
function checkLike(params: readonly Tensor[], others: readonly Tensor[], key: string): void {
  const describe = (t: Tensor | undefined): string => (t ? `${t.dtype} [${t.shape.join(", ")}]` : "nothing");
  const at = params.findIndex((p, i) => describe(p) !== describe(others[i]));
  if (at < 0 && params.length === others.length) return;
  const i = at < 0 ? params.length : at;
  throw new EngineError(
    "adamW",
    `params[${i}] is ${describe(params[i])} but ${key}[${i}] is ${describe(others[i])}`,
    "Give four lists in the same order, with equal shapes and dtypes.",
  );
}
