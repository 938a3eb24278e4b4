import { createHook, executionAsyncResource } from "node:async_hooks";
import { type CellScope, cellScope } from "./cellScope.ts";
import type { Termination } from "./termination.ts";

interface TimerLike {
  _onTimeout?: unknown;
  _repeat?: unknown;
  _onImmediate?: unknown;
}

/**
 * Ends what an interrupted cell has left running: a timer or immediate of it does nothing any more, and a continuation
 * after an `await` is terminated before its first statement. Costs nothing before the first interrupt: the hook slows
 * every promise down, so it is set up only then.
 *
 * A termination drops V8's whole queue of continuations, and among them may be some of a cell that runs now, which then
 * would never end. So while another cell runs a continuation goes on; its timers still end, and what is left of it is
 * terminated between cells.
 */
export class Strays {
  private on = false;
  private readonly termination: Termination;
  private readonly current: () => CellScope | undefined;

  /** @param current the scope of the running cell, undefined between cells */
  constructor(termination: Termination, current: () => CellScope | undefined) {
    this.termination = termination;
    this.current = current;
  }

  /** Call after a cell's scope was marked as interrupted. */
  stop(): void {
    if (this.on) return;
    this.on = true;
    createHook({ before: () => this.check() }).enable();
  }

  private check(): void {
    const scope = cellScope.getStore();
    if (scope?.interrupted !== true) return;
    const resource = executionAsyncResource() as TimerLike;
    const current = this.current();
    if (resource instanceof Promise && (current === undefined || current === scope)) this.termination.killHere();
    if (typeof resource._onTimeout === "function") {
      resource._onTimeout = nothing;
      resource._repeat = null;
    } else if (typeof resource._onImmediate === "function") {
      resource._onImmediate = nothing;
    }
  }
}

function nothing(): void {}
