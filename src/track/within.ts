import type { LiveRun } from "./liveRun.ts";
import { watchProcessEnd } from "./processEnd.ts";
import { redact } from "./redact.ts";
import type { Run } from "./run.ts";

/**
 * Does `work` and ends `run` as it went: FINISHED; FAILED with the error's words when it threw (and throws it on);
 * KILLED when a signal or the abort came meanwhile, even if `work` then returned in good order.
 */
export async function within<R>(
  run: LiveRun,
  signal: AbortSignal | undefined,
  work: (run: Run) => R | Promise<R>,
): Promise<R> {
  let isInterrupted = false;
  const wasKilled = (): boolean => isInterrupted || signal?.aborted === true;
  const unwatch = watchProcessEnd({
    onSignal(isFatal) {
      isInterrupted = true;
      if (isFatal) run.end("KILLED");
    },
    onExit: (code) =>
      run.end(wasKilled() ? "KILLED" : "FAILED", `the process exited with code ${code} before the run was done`),
  });
  try {
    const result = await work(run);
    run.end(wasKilled() ? "KILLED" : "FINISHED");
    return result;
  } catch (error) {
    run.end(wasKilled() ? "KILLED" : "FAILED", redact(String(error)));
    throw error;
  } finally {
    unwatch();
  }
}
