import { EngineError } from "../base/errors.ts";
import type { Addon } from "./addon.ts";
import { cudaProblem } from "./cudaProblem.ts";
import type { Tensor } from "./engine.ts";
import type { Scopes } from "./scopes.ts";
import { idOf } from "./scopes.ts";
import type { TorchCalls } from "./torchCalls.ts";
import { torchError } from "./torchError.ts";
import type { TorchTensor } from "./torchTensor.ts";

const who = "valueAndGrad";

/** Records operations while `Engine.valueAndGrad` runs a function, and differentiates its result. */
export class GradientTape {
  private readonly addon: Addon;
  private readonly scopes: Scopes;
  private readonly calls: TorchCalls;
  private kept: TorchTensor[] | undefined;

  constructor(addon: Addon, scopes: Scopes, calls: TorchCalls) {
    this.addon = addon;
    this.scopes = scopes;
    this.calls = calls;
  }

  /** Tells the tape of a tensor that outlives it, so that it does not hold the record of its computation. */
  noteKept(tensor: TorchTensor): void {
    this.kept?.push(tensor);
  }

  /** Runs `f`, which changes tensors in place, unrecorded. */
  unrecorded(f: () => void): void {
    const recording = this.kept !== undefined;
    this.addon.setGradMode(false);
    try {
      f();
    } finally {
      this.addon.setGradMode(recording);
    }
  }

  /** See `Engine.valueAndGrad`. */
  valueAndGrad(f: () => Tensor, wrt: readonly Tensor[]): { value: Tensor; grads: Tensor[] } {
    if (this.kept)
      throw new EngineError(who, "it was called inside itself", "Differentiate one function of the whole computation.");
    checkInputs(wrt);
    return this.scopes.tidy(() => {
      const result = this.record(f, wrt);
      const value = this.calls.one("detach", idOf(result.value));
      const grads = result.grads.map((id, i) =>
        id === null ? this.calls.one("zerosLike", idOf(wrt[i])) : this.scopes.own(id),
      );
      return { value, grads };
    });
  }

  private record(f: () => Tensor, wrt: readonly Tensor[]): { value: Tensor; grads: (number | null)[] } {
    const ids = wrt.map(idOf);
    this.kept = [];
    this.addon.setRequiresGrad(ids, true);
    this.addon.setGradMode(true);
    try {
      const value = f();
      checkResult(value);
      // At its first gradient torch starts a thread for each device that it knows by then, and no other ever after.
      cudaProblem();
      return { value, grads: this.addon.gradient(idOf(value), wrt.map(idOf)) };
    } catch (error) {
      throw error instanceof EngineError ? error : fromAddon(error);
    } finally {
      this.addon.setGradMode(false);
      // The bfloat16 copies of the weights belong to this record, and the weights may change next.
      this.addon.clearAutocastCache();
      this.addon.setRequiresGrad(
        wrt.map(idOf).filter((id) => id >= 0),
        false,
      );
      for (const tensor of this.kept) if (tensor.id >= 0) this.addon.detach(tensor.id);
      this.kept = undefined;
    }
  }
}

function checkInputs(wrt: readonly Tensor[]): void {
  const odd = wrt.find((t) => idOf(t) === -2 || !["float32", "bfloat16"].includes(t.dtype));
  if (wrt.length > 0 && odd === undefined) return;
  const got = odd === undefined ? "none" : idOf(odd) === -2 ? `a ${typeof odd}` : `one of ${odd.dtype}`;
  throw new EngineError(
    who,
    `\`wrt\` must hold float tensors, got ${got}`,
    "Give the parameters to differentiate for.",
  );
}

function checkResult(value: Tensor): void {
  const isTensor = idOf(value) !== -2;
  const single = isTensor && value.shape.every((n) => n === 1) && ["float32", "bfloat16"].includes(value.dtype);
  if (single) return;
  const got = isTensor ? `${value.dtype} [${value.shape.join(", ")}]` : `${typeof value}`;
  throw new EngineError(who, `the function must return a single float, got ${got}`, "Return `sum` or `mean` of it.");
}

/** Errors of `f` itself pass; only the addon's own become EngineErrors. */
function fromAddon(error: unknown): unknown {
  return error instanceof Error && error.constructor === Error ? torchError(who, error) : error;
}
