import { EngineError } from "../base/errors.ts";
import { dtypes } from "./dtypes.ts";
import type { Tensor } from "./engine.ts";
import { idOf } from "./scopes.ts";
import type { TorchEngine } from "./torchEngine.ts";

/** Scales gradients in place to a joint Euclidean norm of at most `maxNorm`. See `Engine.clipGradNorm`. */
export function clipByNorm(engine: TorchEngine, grads: readonly Tensor[], maxNorm: number): number {
  if (!(maxNorm > 0)) throw new EngineError("clipGradNorm", `maxNorm must be > 0, got ${maxNorm}`, "Give the limit.");
  if (grads.length === 0) return 0;
  const ids = grads.map(idOf);
  const norms = engine.calls.many("norms", ids, 2, dtypes.codeOf.float32);
  const stacked = engine.calls.one(
    "stack",
    norms.map((t) => t.id),
  );
  const norm = engine.item(engine.calls.one("norm", stacked.id));
  if (norm > maxNorm) engine.calls.inPlace("scaleAll", ids, maxNorm / norm);
  return norm;
}
