import { capture } from "./capture.ts";
import { flatten } from "./flatten.ts";
import { LiveRun } from "./liveRun.ts";
import type { RunOptions } from "./run.ts";
import { PARENT_TAG } from "./runRecord.ts";
import type { NewRun, Store } from "./store.ts";
import { within } from "./within.ts";

/** MLflow's tag for words about a run, in Markdown. */
const NOTE_TAG = "mlflow.note.content";

/** What `beginRun` takes beside the run's own options. */
export interface Surroundings {
  cwd: string;
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  now: () => number;
}

/**
 * Makes a run (or goes on with an older one), notes its surroundings and opens it for writing.
 *
 * @throws {TrackError} when an option is wrong, or a live process has the run open
 * @throws {StoreError} when the store cannot be written: before any work was done, this is an error like any other
 */
export function beginRun(store: Store, options: RunOptions, around: Surroundings, parentRunId?: string): LiveRun {
  const params = flatten(options.params ?? {});
  const tags = {
    ...options.tags,
    ...(options.note !== undefined && { [NOTE_TAG]: options.note }),
    ...(parentRunId !== undefined && { [PARENT_TAG]: parentRunId }),
  };
  const writer = store.openRun(options.runId ?? newRun(store, options), { params, tags });
  const run: LiveRun = new LiveRun({
    writer,
    now: around.now,
    onWarning: options.onWarning ?? ((message) => process.emitWarning(message, "SulamTracking")),
    child: (inner, work) => {
      const signal = inner.signal ?? options.signal;
      const inherited = { experiment: store.run(run.id).experiment, onWarning: options.onWarning, signal };
      return within(beginRun(store, { ...inherited, ...inner }, around, run.id), signal, work);
    },
  });
  // A nested run has its parent's surroundings; a continued one keeps those of its start.
  if (options.runId === undefined && parentRunId === undefined) noteSurroundings(run, options, around);
  return run;
}

function newRun(store: Store, options: RunOptions): NewRun {
  const experiment = options.experiment === undefined ? undefined : store.experiments.open(options.experiment);
  return { experimentId: experiment?.experimentId, name: options.name, userId: options.userId };
}

function noteSurroundings(run: LiveRun, options: RunOptions, around: Surroundings): void {
  const { tags, files } = capture({ ...around, seed: options.seed, data: options.data });
  for (const [key, value] of Object.entries(tags)) run.tag(key, value);
  for (const [path, content] of Object.entries(files)) run.text(path, content);
}
