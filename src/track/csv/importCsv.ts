import { InputError } from "../../base/errors.ts";
import type { Store } from "../store.ts";
import { TrackError } from "../trackError.ts";
import { dropLastValues, LAST_VALUES } from "./lastValues.ts";
import type { CsvTables } from "./readCsv.ts";
import type { CsvPoints } from "./readPoints.ts";
import type { CsvRun } from "./readRuns.ts";

/** What an import did. */
export interface CsvImport {
  /** The ids of the runs that are new. */
  added: string[];
  /** Runs that were there and are left as they are, deleted ones included. */
  known: number;
  /** Points that are new, those of new runs included. */
  points: number;
  /** Columns that stand for nothing of a run or a point. */
  passedOver: string[];
}

/** Points that are objects at a time. */
const POINTS_AT_ONCE = 10_000;

/**
 * Brings tables that `readCsv` read into a store, all of them or nothing. What is there already adds nothing, so the same
 * tables may come again; what was deleted stays deleted.
 *
 * A metric of which no points come along is one point of step 0 at the run's end (where it has none, its start), and the
 * run then has the tag `sulam.curves`. Points that come later take that point's place.
 *
 * @throws {InputError} with file and line: an experiment's name; points of a run that is nowhere
 */
export function importCsv(store: Store, { runs, points, passedOver }: CsvTables): CsvImport {
  const curves = new Map<string, Set<string>>();
  for (const one of points) {
    const keys = curves.get(one.runId) ?? new Set();
    curves.set(one.runId, keys);
    for (const key of one.curves.keys()) keys.add(key);
  }
  return store.atomically(() => {
    const before = countPoints(store);
    const added = runs.filter(({ runId }) => stageOf(store, runId) === undefined);
    for (const run of added) naming(run.who, () => addRun(store, run, curves.get(run.runId) ?? new Set()));
    let dropped = 0;
    for (const [runId, keys] of curves)
      if (stageOf(store, runId) === "active") dropped += dropLastValues(store.parts, runId, keys);
    for (const one of points) addPoints(store, one);
    return {
      added: added.map(({ runId }) => runId),
      known: runs.length - added.length,
      points: countPoints(store) - before + dropped,
      passedOver,
    };
  });
}

function stageOf({ parts: { db } }: Store, runId: string): "active" | "deleted" | undefined {
  const sql = "SELECT lifecycle_stage AS stage FROM runs WHERE run_id = ?";
  return db.get<{ stage: "active" | "deleted" }>(sql, runId)?.stage;
}

function countPoints(store: Store): number {
  return store.parts.db.get<{ count: number }>("SELECT count(*) AS count FROM metrics")!.count;
}

function addRun(store: Store, run: CsvRun, curves: ReadonlySet<string>): void {
  const { runId, name, startTime = store.parts.now(), endTime, params, tags } = run;
  const { experimentId } = store.experiments.open(run.experiment);
  store.createRun({ runId, experimentId, name, startTime, tags });
  const metrics = Object.entries(run.metrics)
    .filter(([key]) => !curves.has(key))
    .map(([key, value]) => ({ key, value, step: 0, timestamp: endTime ?? startTime }));
  store.log(runId, { metrics, params, ...(metrics.length > 0 && { tags: LAST_VALUES }) });
  store.updateRun(runId, { status: run.status, endTime });
}

function addPoints(store: Store, { who, runId, curves }: CsvPoints): void {
  const stage = stageOf(store, runId);
  if (stage === undefined)
    throw new InputError(who, `run ${runId} is not in the store`, "Import the table of runs first or with it.");
  if (stage === "deleted") return;
  let last = Number.NEGATIVE_INFINITY;
  for (const [key, numbers] of curves)
    for (let from = 0; from < numbers.length; from += 3 * POINTS_AT_ONCE) {
      const part = numbers.slice(from, from + 3 * POINTS_AT_ONCE);
      const metrics = Array.from({ length: part.length / 3 }, (_, i) => {
        const [step, timestamp, value] = part.slice(3 * i, 3 * i + 3);
        return { key, step, timestamp, value };
      });
      for (const { timestamp } of metrics) last = Math.max(last, timestamp);
      store.log(runId, { metrics });
    }
  const { status, startTime, endTime } = store.run(runId);
  // A crashed run ended when it was last heard of.
  if (status === "CRASHED" && endTime === null) store.updateRun(runId, { endTime: Math.max(last, startTime) });
}

/** What the store refuses, with the line in the error. */
function naming(who: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    if (!(cause instanceof TrackError)) throw cause;
    throw new InputError(who, cause.message, "Mend the line.", { cause });
  }
}
