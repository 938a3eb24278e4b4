import { beginRun, type Surroundings } from "./beginRun.ts";
import { openStore, type StoreOptions } from "./openStore.ts";
import type { Run, RunOptions } from "./run.ts";
import type { Store } from "./store.ts";
import { within } from "./within.ts";

/** A run's options and where it is stored. */
export interface WithRunOptions extends RunOptions, StoreOptions {
  /** An open store, which stays open. Default: the store that the other options name. */
  store?: Store;
}

/**
 * Makes a run around `work`:
 *
 * ```ts
 * await withRun({ experiment: "malay-embed", name: "first", params: { lr: 1e-4 } }, async (run) => {
 *   run.metrics({ loss: 0.7 }, 1);
 * });
 * ```
 *
 * It ends FINISHED; FAILED, with tag `sulam.error`, when `work` throws (which is thrown on); KILLED on Ctrl-C or abort.
 *
 * @returns what `work` returns
 * @throws {TrackError | StoreError} before `work` is begun, when the run cannot be made
 */
export async function withRun<R>(options: WithRunOptions, work: (run: Run) => R | Promise<R>): Promise<R> {
  const store = options.store ?? openStore(options);
  try {
    return await within(beginRun(store, options, surroundings(options)), options.signal, work);
  } finally {
    if (options.store === undefined) store.close();
  }
}

/** The surroundings of this process, where the options do not name others. */
export function surroundings(options: StoreOptions): Surroundings {
  const { cwd = process.cwd(), env = process.env, now = Date.now } = options;
  return { cwd, env, now, argv: process.argv };
}
