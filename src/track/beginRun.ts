import { randomUUID } from "node:crypto";
import { capture } from "./capture.ts";
import { flatten } from "./flatten.ts";
import { LiveRun } from "./liveRun.ts";
import { type Batch, checkBatch } from "./logBatch.ts";
import { Outbox } from "./outbox.ts";
import type { RunOptions } from "./run.ts";
import { PARENT_TAG } from "./runRecord.ts";
import type { RunWriter } from "./runWriter.ts";
import type { NewRun, Store } from "./store.ts";
import { backgroundSync } from "./sync/backgroundSync.ts";
import { samplingInterval } from "./system/samplingInterval.ts";
import type { SamplerParts } from "./system/systemSampler.ts";
import { systemSources } from "./system/systemSources.ts";
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

/** The run around a nested one. */
export interface Parent {
  runId: string;
  experimentId: string;
  outbox: Outbox;
}

/**
 * Makes a run (or goes on with an older one), notes its surroundings and opens it for writing.
 *
 * A nested run begins when work is under way, so for it a failing store is no error: it waits in the outbox.
 *
 * @throws {TrackError} when an option is wrong, or a live process has the run open
 * @throws {StoreError} when the store cannot be written, except for a nested run
 */
export function beginRun(store: Store, options: RunOptions, around: Surroundings, parent?: Parent): LiveRun {
  const first = {
    params: flatten(options.params ?? {}),
    tags: {
      ...options.tags,
      ...(options.note !== undefined && { [NOTE_TAG]: options.note }),
      ...(parent !== undefined && { [PARENT_TAG]: parent.runId }),
    },
  };
  checkBatch(first);
  // A nested run shares its machine with the run around it.
  const sampling = parent === undefined ? samplingOf(options, store, around) : undefined;
  const { runId = randomUUID().replaceAll("-", ""), name, userId } = options;
  const made = { runId, name, userId, startTime: around.now(), experimentId: parent?.experimentId };
  const opened = parent === undefined ? openFirst(store, options, made, first) : undefined;
  const warn = options.onWarning ?? ((message: string) => process.emitWarning(message, "SulamTracking"));
  const here = {
    outbox: parent?.outbox ?? new Outbox(around.now, warn),
    runId: opened?.row.run_id ?? runId,
    experimentId: opened?.row.experiment.toString() ?? parent?.experimentId ?? "0",
  };
  const run = new LiveRun({
    id: here.runId,
    open: () => opened ?? store.openRun(made, first),
    now: around.now,
    outbox: here.outbox,
    isNested: parent !== undefined,
    sampling,
    child: (inner, work) => {
      const signal = inner.signal ?? options.signal;
      return within(beginRun(store, { ...inner, signal }, around, here), signal, work);
    },
  });
  // A nested run has its parent's surroundings; a continued one keeps those of its start.
  if (options.runId === undefined && parent === undefined) noteSurroundings(run, options, around);
  if (parent === undefined) backgroundSync({ dir: store.dir, runId: here.runId, env: around.env });
  return run;
}

function openFirst(store: Store, options: RunOptions, made: NewRun, first: Batch): RunWriter {
  if (options.runId !== undefined) return store.openRun(options.runId, first);
  if (options.experiment === undefined) return store.openRun(made, first);
  return store.openRun({ ...made, experimentId: store.experiments.open(options.experiment).experimentId }, first);
}

function samplingOf(options: RunOptions, store: Store, around: Surroundings): SamplerParts | undefined {
  const everyMs = samplingInterval(options.systemMetrics, around.env);
  if (everyMs === undefined) return undefined;
  const clock = (): number => performance.now();
  return { everyMs, clock, sources: systemSources({ folder: store.dir, everyMs, env: around.env, clock }) };
}

function noteSurroundings(run: LiveRun, options: RunOptions, around: Surroundings): void {
  const { tags, files } = capture({ ...around, seed: options.seed, data: options.data });
  for (const [key, value] of Object.entries(tags)) run.tag(key, value);
  for (const [path, content] of Object.entries(files)) run.text(path, content);
}
