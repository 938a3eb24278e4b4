/** A signal that Ctrl-C aborts, and how to stop listening. */
export interface InterruptSignal {
  signal: AbortSignal;
  /** Gives Ctrl-C its usual meaning back. */
  dispose(): void;
}

/**
 * Turns the first Ctrl-C (SIGINT) or SIGTERM into an abort, so that a run can end its step and save. A second one ends
 * the process at once, as usual.
 *
 * @param onInterrupt called on the first one, e.g. to say that the step is being finished
 */
export function interruptSignal(onInterrupt?: () => void): InterruptSignal {
  const controller = new AbortController();
  const dispose = (): void => {
    process.off("SIGINT", listen);
    process.off("SIGTERM", listen);
  };
  const listen = (): void => {
    dispose();
    controller.abort();
    onInterrupt?.();
  };
  process.on("SIGINT", listen);
  process.on("SIGTERM", listen);
  return { signal: controller.signal, dispose };
}
