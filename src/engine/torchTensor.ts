import { EngineError } from "../base/errors.ts";
import type { Addon } from "./addon.ts";
import { dtypes } from "./dtypes.ts";
import type { DType, Tensor } from "./engine.ts";

/** A tensor of the torch engine: a number that the addon knows it by. */
export class TorchTensor implements Tensor {
  /** The addon's number; -1 once freed. */
  id: number;
  /** True when no scope will free it: it was kept, or made outside of any. */
  escaped: boolean;
  /** The tidy scope that it is returned from, while that scope closes. */
  leaving: number;
  /** The least and the greatest of its values, where they are known: see `checkIds`. */
  valueRange: readonly [least: number, most: number] | undefined;
  private readonly addon: Addon;
  private knownShape: readonly number[] | undefined;
  private knownDType: DType | undefined;

  constructor(addon: Addon, id: number) {
    this.addon = addon;
    this.id = id;
    this.escaped = false;
    this.leaving = 0;
    this.valueRange = undefined;
    this.knownShape = undefined;
    this.knownDType = undefined;
  }

  /** @throws {EngineError} when it was freed */
  get shape(): readonly number[] {
    this.check("shape");
    this.knownShape ??= this.addon.shape(this.id);
    return this.knownShape;
  }

  /** @throws {EngineError} when it was freed */
  get dtype(): DType {
    this.check("dtype");
    this.knownDType ??= dtypes.nameOf(this.addon.dtype(this.id));
    return this.knownDType;
  }

  private check(what: string): void {
    if (this.id < 0)
      throw new EngineError(what, "the tensor was freed", "Return it from its tidy scope, keep it, or free it later.");
  }
}
