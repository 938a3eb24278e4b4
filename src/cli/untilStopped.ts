import type { Terminal } from "./terminal.ts";

/**
 * Runs `work` with a signal that Ctrl-C (or SIGTERM) aborts; work that then throws leaves nothing behind, and the exit
 * code is 130. A second one ends the process at once.
 */
export async function untilStopped<R>(
  terminal: Terminal,
  work: (signal: AbortSignal) => Promise<R>,
): Promise<R | undefined> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    terminal.words("Stopped. Nothing was written.");
    process.exitCode = 130;
    return undefined;
  } finally {
    for (const name of ["SIGINT", "SIGTERM"]) process.off(name, stop);
  }
}
