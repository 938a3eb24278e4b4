import { beginRun } from "./beginRun.ts";
import type { LiveRun } from "./liveRun.ts";
import { openStore } from "./openStore.ts";
import { watchProcessEnd } from "./processEnd.ts";
import type { Run } from "./run.ts";
import type { MlflowStatus } from "./runRow.ts";
import { surroundings, type WithRunOptions } from "./withRun.ts";

let open: { run: LiveRun; close: () => void } | undefined;

/**
 * Begins a run that spans several cells of a notebook. One such run is open at a time: starting one ends the one before
 * as FINISHED. A process that exits in good order ends it, too.
 *
 * @throws {TrackError | StoreError} when the run cannot be made
 */
export function startRun(options: WithRunOptions = {}): Run {
  endRun();
  const store = options.store ?? openStore(options);
  const release = options.store === undefined ? () => store.close() : () => {};
  try {
    const run = beginRun(store, options, surroundings(options));
    const unwatch = watchProcessEnd({
      onSignal: (isFatal) => isFatal && run.end("KILLED"),
      onExit: (code) => (code === 0 ? run.end("FINISHED") : run.end("FAILED", `the process exited with code ${code}`)),
    });
    open = {
      run,
      close() {
        unwatch();
        release();
      },
    };
    return run;
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * Ends the run that `startRun` began; does nothing when there is none.
 * @param status default FINISHED
 */
export function endRun(status: MlflowStatus = "FINISHED"): void {
  if (open === undefined) return;
  const { run, close } = open;
  open = undefined;
  run.end(status);
  close();
}
