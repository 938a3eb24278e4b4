import { EngineError } from "../base/errors.ts";
import type { Addon } from "./addon.ts";
import type { Tensor } from "./engine.ts";
import { TorchTensor } from "./torchTensor.ts";

/**
 * Who frees which tensor. A tensor made inside a tidy scope belongs to the scope, which frees it when it closes.
 * Only what leaves every scope hangs on the garbage collector: it gets a finalizer, and V8 is told of its bytes.
 * That keeps both off the path of the many tensors that live for a moment.
 */
export class Scopes {
  private readonly addon: Addon;
  private readonly open: TorchTensor[][] = [];
  /** How many scopes have closed so far: the mark of the next one's result is one more. */
  private closed = 0;
  private readonly finalizers: FinalizationRegistry<number>;

  constructor(addon: Addon) {
    this.addon = addon;
    this.finalizers = new FinalizationRegistry((id) => addon.free(id));
  }

  /** A handle on the addon's tensor `id`, owned by the innermost scope. */
  own(id: number): TorchTensor {
    const tensor = new TorchTensor(this.addon, id);
    this.put(tensor);
    return tensor;
  }

  /** See `Engine.tidy`. */
  tidy<R>(f: () => R): R {
    const scope: TorchTensor[] = [];
    this.open.push(scope);
    let mark = -1;
    try {
      const result = f();
      if (isThenable(result))
        throw new EngineError(
          "tidy",
          "the function is async, so its tensors would be freed before it ends",
          "Await outside of tidy, or free the tensors by hand.",
        );
      markLeaving(result, this.closed + 1, new Set());
      mark = ++this.closed;
      return result;
    } finally {
      this.close(scope, mark);
    }
  }

  /** See `Engine.keep`. */
  keep(tensor: TorchTensor): void {
    if (tensor.escaped || tensor.id < 0) return;
    tensor.escaped = true;
    this.addon.escape(tensor.id);
    this.finalizers.register(tensor, tensor.id, tensor);
  }

  /** See `Engine.free`. */
  free(tensor: TorchTensor): void {
    if (tensor.id < 0) return;
    if (tensor.escaped) this.finalizers.unregister(tensor);
    this.addon.free(tensor.id);
    tensor.id = -1;
  }

  private put(tensor: TorchTensor): void {
    if (tensor.escaped) return;
    const scope = this.open.at(-1);
    if (scope) scope.push(tensor);
    else this.keep(tensor);
  }

  /** Frees the tensors of the innermost scope; those that leave it go to the scope around. */
  private close(scope: TorchTensor[], mark: number): void {
    this.open.pop();
    for (const tensor of scope) {
      if (tensor.leaving === mark) this.put(tensor);
      else if (!tensor.escaped) this.free(tensor);
    }
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** Marks every tensor inside arrays, plain objects and Maps. */
function markLeaving(value: unknown, mark: number, seen: Set<object>): void {
  if (value instanceof TorchTensor) {
    value.leaving = mark;
    return;
  }
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || seen.has(value)) return;
  seen.add(value);
  if (Array.isArray(value) || value instanceof Map) {
    for (const item of value.values()) markLeaving(item, mark, seen);
  } else if (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null) {
    for (const item of Object.values(value)) markLeaving(item, mark, seen);
  }
}

/** A tensor handle as what it is here. Anything else gives a handle that the addon refuses. */
export function idOf(tensor: Tensor): number {
  return tensor instanceof TorchTensor ? tensor.id : -2;
}
