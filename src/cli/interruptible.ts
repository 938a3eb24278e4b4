import type { Terminal } from "./terminal.ts";

/**
 * Runs `work` with a signal that Ctrl-C (or SIGTERM) aborts, so that it can stop at a good place; a second one ends the
 * process at once. The exit code is then 130.
 *
 * The handler stays until the work has ended: the tracker takes a signal that nobody handles for the end of the process.
 */
export async function interruptible<R>(terminal: Terminal, work: (signal: AbortSignal) => Promise<R>): Promise<R> {
  const controller = new AbortController();
  const stop = (): void => {
    process.exitCode = 130;
    if (controller.signal.aborted) process.exit();
    terminal.words("Stopping after this step, with a checkpoint saved. Ctrl-C again stops at once.");
    controller.abort();
  };
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of ["SIGINT", "SIGTERM"]) process.off(name, stop);
  }
}
