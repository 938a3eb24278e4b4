import { type InspectOptions, inspect } from "node:util";

// What Node's AsyncLocalStorage writes on each promise, as it names its symbols.
const INTERNAL = new Set(["async_id_symbol", "trigger_async_id_symbol", "kResourceStore"]);

/** Keeps Node's own notes on promises, which the kernel's tracking of cells makes it take, out of what is printed. */
export function cleanPromiseInspection(): void {
  Object.defineProperty(Promise.prototype, inspect.custom, {
    configurable: true,
    writable: true,
    value(this: Promise<unknown>, _depth: number, options: InspectOptions): string {
      for (const key of Object.getOwnPropertySymbols(this)) {
        if (INTERNAL.has(key.description ?? "")) Object.defineProperty(this, key, { enumerable: false });
      }
      // Without the custom form, or this function would be called again.
      return inspect(this, { ...options, customInspect: false });
    },
  });
}
