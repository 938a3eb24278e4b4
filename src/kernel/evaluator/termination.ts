import type { Session } from "node:inspector";
import { clearAsyncStack } from "./asyncStack.ts";
import { isStoppable } from "./isStoppable.ts";

const HERE = new URL(".", import.meta.url).href;

/**
 * Decides where user code may be stopped by force. V8's termination skips every `finally`, so it must never fall into
 * the kernel's own work (half a frame on the event pipe) nor into Node's bookkeeping.
 *
 * @see `TerminateExecution` in v8-isolate.h, `Runtime.terminateExecution` of the inspector protocol
 */
export class Termination {
  private depth = 0;
  private wanted = false;
  private readonly session: Session;
  private readonly isRunning: () => boolean;

  /**
   * @param session   the main thread's own session
   * @param isRunning whether a cell or a comm's handler is running, so that there is something to stop
   */
  constructor(session: Session, isRunning: () => boolean) {
    this.session = session;
    this.isRunning = isRunning;
  }

  /** Does work that must be done whole; a termination that is asked for meanwhile strikes at its end. */
  guard<T>(work: () => T): T {
    this.depth++;
    try {
      return work();
    } finally {
      this.depth--;
      if (this.depth === 0 && this.wanted) {
        this.wanted = false;
        if (this.isRunning()) this.killHere();
      }
    }
  }

  /** Ends the JavaScript stack on which it is called, up to the event loop; never returns. */
  killHere(): never {
    clearAsyncStack();
    this.session.post("Runtime.terminateExecution");
    for (;;);
  }

  /** Makes Node's bookkeeping fit a stack that is about to be terminated from outside. */
  unwind(): void {
    clearAsyncStack();
  }

  /** Forgets a termination that has become needless: the main thread handles the interrupt by itself. */
  forget(): void {
    this.wanted = false;
  }

  /**
   * Called through the inspector in the middle of whatever the main thread does.
   *
   * @param force true after some hundred milliseconds of waiting: stop also inside Node's own code where that is safe
   * @returns true when the code underneath may be stopped right now
   */
  mayStop(force: boolean): boolean {
    if (this.depth > 0) {
      this.wanted = true;
      return false;
    }
    return isStoppable(interruptedScripts(), force);
  }
}

/** Scripts of the frames underneath the inspector's call, the innermost first; empty for V8's builtins. */
function interruptedScripts(): string[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 20;
    Error.prepareStackTrace = (_, frames) => frames;
    const frames = new Error().stack as unknown as NodeJS.CallSite[];
    const call = frames.findIndex((frame) => !frame.getFileName()?.startsWith(HERE));
    // A cell has no file but a source URL; `new Function` has neither.
    return frames.slice(call + 1).map((frame) => (frame.isEval() ? "eval" : (frame.getScriptNameOrSourceURL() ?? "")));
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
