import { createHook, executionAsyncResource } from "node:async_hooks";
import { cellScope } from "./cellScope.ts";
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
 */
export class Strays {
  private on = false;
  private readonly termination: Termination;

  constructor(termination: Termination) {
    this.termination = termination;
  }

  /** Call after a cell's scope was marked as interrupted. */
  stop(): void {
    if (this.on) return;
    this.on = true;
    createHook({ before: () => this.check() }).enable();
  }

  private check(): void {
    if (cellScope.getStore()?.interrupted !== true) return;
    const resource = executionAsyncResource() as TimerLike;
    if (resource instanceof Promise) this.termination.killHere();
    if (typeof resource._onTimeout === "function") {
      resource._onTimeout = nothing;
      resource._repeat = null;
    } else if (typeof resource._onImmediate === "function") {
      resource._onImmediate = nothing;
    }
  }
}

function nothing(): void {}
