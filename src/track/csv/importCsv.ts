import { InputError } from "../../base/errors.ts";
import type { Store } from "../store.ts";
import { TrackError } from "../trackError.ts";
import type { CsvPoints } from "./readPoints.ts";
import type { CsvRun } from "./readRuns.ts";
import type { CsvTables } from "./readRunTables.ts";

/** What an import did. */
export interface CsvImport {
  /** The ids of the runs that are new. */
  added: string[];
  /** Runs that were there and are left as they are, deleted ones included. */
  known: number;
  /** Points of the new runs. */
  points: number;
  /** Columns that stand for nothing of a run or a point. */
  passedOver: string[];
}

/** Points that are objects at a time. */
const POINTS_AT_ONCE = 10_000;

/**
 * Brings the runs of tables that `readRunTables` read into a store, all of them or nothing. A run that is there stays as it is,
 * deleted or not, so the same tables may come again. A metric of which no points come along is one point of step 0 at the
 * run's end (where it has none, its start).
 *
 * @throws {InputError} with file and line: an experiment's name; points of a run that has no line in these tables
 */
export function importCsv(store: Store, { runs, points, passedOver }: CsvTables): CsvImport {
  const ids = new Set(runs.map(({ runId }) => runId));
  const curves = new Map<string, CsvPoints[]>();
  for (const one of points) {
    if (!ids.has(one.runId))
      throw new InputError(
        one.who,
        `run ${one.runId} has no line in a table of runs beside it`,
        "Import the folder with both: runs.csv and metrics.csv.",
      );
    curves.set(one.runId, [...(curves.get(one.runId) ?? []), one]);
  }
  return store.atomically(() => {
    const added = runs.filter(({ runId }) => !isThere(store, runId));
    for (const run of added) naming(run.who, () => addRun(store, run, curves.get(run.runId) ?? []));
    return {
      added: added.map(({ runId }) => runId),
      known: runs.length - added.length,
      points: added.reduce((sum, { runId }) => sum + countPoints(store, runId), 0),
      passedOver,
    };
  });
}

function isThere({ parts: { db } }: Store, runId: string): boolean {
  return db.get("SELECT 1 FROM runs WHERE run_id = ?", runId) !== undefined;
}

function countPoints({ parts: { db } }: Store, runId: string): number {
  const sql = "SELECT count(*) AS count FROM metrics JOIN runs USING(run) WHERE run_id = ?";
  return db.get<{ count: number }>(sql, runId)!.count;
}

function addRun(store: Store, run: CsvRun, tables: readonly CsvPoints[]): void {
  const { runId, name, startTime = store.parts.now(), params, tags } = run;
  const { experimentId } = store.experiments.open(run.experiment);
  store.createRun({ runId, experimentId, name, startTime, tags });
  let last = Number.NEGATIVE_INFINITY;
  for (const { curves } of tables) last = Math.max(last, addPoints(store, runId, curves));
  // A crashed run ended when it was last heard of.
  const heard = run.status === "CRASHED" && last > Number.NEGATIVE_INFINITY ? Math.max(last, startTime) : undefined;
  const { endTime = heard } = run;
  const metrics = Object.entries(run.metrics)
    .filter(([key]) => !tables.some(({ curves }) => curves.has(key)))
    .map(([key, value]) => ({ key, value, step: 0, timestamp: endTime ?? startTime }));
  store.log(runId, { metrics, params });
  store.updateRun(runId, { status: run.status, endTime });
}

/** @returns the time of the last of them */
function addPoints(store: Store, runId: string, curves: CsvPoints["curves"]): number {
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
  return last;
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
