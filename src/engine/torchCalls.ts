import { SetupError } from "../base/errors.ts";
import type { Addon, AddonValue } from "./addon.ts";
import type { OperationName } from "./operations.ts";
import { operations } from "./operations.ts";
import type { Scopes } from "./scopes.ts";
import { torchError } from "./torchError.ts";
import type { TorchTensor } from "./torchTensor.ts";

/** Runs torch's operations by name: tensors go in as numbers, come out as handles of the innermost scope. */
export class TorchCalls {
  private readonly addon: Addon;
  private readonly scopes: Scopes;
  private readonly numbers: Record<OperationName, number>;

  constructor(addon: Addon, scopes: Scopes) {
    this.addon = addon;
    this.scopes = scopes;
    this.numbers = resolveAll(addon);
  }

  /** An operation with one result. */
  one(name: OperationName, ...args: AddonValue[]): TorchTensor {
    try {
      return this.scopes.own(this.addon.call(this.numbers[name], true, ...args) as number);
    } catch (error) {
      throw torchError(operations[name][0], error);
    }
  }

  /** An operation that may answer with nothing, where it has no kernel for its arguments. */
  maybe(name: OperationName, ...args: AddonValue[]): TorchTensor | undefined {
    try {
      const id = this.addon.call(this.numbers[name], true, ...args) as number | undefined;
      return id === undefined ? undefined : this.scopes.own(id);
    } catch (error) {
      throw torchError(operations[name][0], error);
    }
  }

  /** An operation with several results. */
  many(name: OperationName, ...args: AddonValue[]): TorchTensor[] {
    try {
      const ids = this.addon.call(this.numbers[name], true, ...args) as number[];
      return ids.map((id) => this.scopes.own(id));
    } catch (error) {
      throw torchError(operations[name][0], error);
    }
  }

  /** An operation that changes its arguments in place. */
  inPlace(name: OperationName, ...args: AddonValue[]): void {
    try {
      this.addon.call(this.numbers[name], false, ...args);
    } catch (error) {
      throw torchError(operations[name][0], error);
    }
  }
}

/** The addon's numbers of all operations. @throws {SetupError} when the addon or its torch is older than this code */
function resolveAll(addon: Addon): Record<OperationName, number> {
  try {
    const resolved = Object.entries(operations).map(([name, [, schema]]) => [name, addon.resolve(schema)]);
    return Object.fromEntries(resolved) as Record<OperationName, number>;
  } catch (cause) {
    const problem = `the addon or its torch is older than this code: ${(cause as Error).message}`;
    throw new SetupError("engine", problem, "Run `npx sulam setup`.", { cause });
  }
}
