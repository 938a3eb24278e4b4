import { InputError } from "../../base/errors.ts";
import type { Store } from "../store.ts";
import { type CsvRecord, csvTable } from "./csvTable.ts";
import { type CsvPoints, readPoints } from "./readPoints.ts";
import { type CsvRun, readRuns } from "./readRuns.ts";

/** What an import did. */
export interface CsvImport {
  /** The ids of the runs that are new. */
  added: string[];
  /** Runs that were there and are left as they are. */
  known: number;
  /** Points that are new, those of new runs included. */
  points: number;
}

/** A CSV file that was read. */
export interface CsvFile {
  /** What errors call it. */
  name: string;
  records: readonly CsvRecord[];
}

/**
 * Brings CSV files into a store, all of them or nothing: tables of runs, and tables of points (those with the columns
 * `run_id`, `key`, `value`). What is there already adds nothing, so the same files may come again.
 *
 * A metric of which no points come along is one point at the run's end, with step 0.
 *
 * @throws {InputError} with file and line: see `readRuns` and `readPoints`; points of a run that is nowhere
 */
export function importCsv(store: Store, files: readonly CsvFile[]): CsvImport {
  const runs: CsvRun[] = [];
  const points: CsvPoints[] = [];
  for (const { name, records } of files) {
    const { columns, rows } = csvTable(records, name);
    if (isOfPoints(columns)) points.push(...readPoints(rows));
    else if (isOfRuns(columns)) runs.push(...readRuns(columns, rows));
    else
      throw new InputError(
        name,
        `has no column of a run or a point, but ${columns.slice(0, 5).join(", ")}`,
        "Name columns run_id, params.KEY, metrics.KEY; or run_id, key, step, timestamp, value.",
      );
  }
  return store.atomically(() => {
    const before = countPoints(store);
    const added = runs.filter(({ runId }) => !has(store, runId));
    for (const run of added) addRun(store, run, new Set(curvesOf(points, run.runId)));
    for (const { who, runId, points: own } of points) {
      if (!has(store, runId))
        throw new InputError(who, `run ${runId} is not in the store`, "Import the table of runs first or with it.");
      store.log(runId, { metrics: own });
    }
    return {
      added: added.map(({ runId }) => runId),
      known: runs.length - added.length,
      points: countPoints(store) - before,
    };
  });
}

function isOfPoints(columns: readonly string[]): boolean {
  return ["run_id", "key", "value"].every((column) => columns.includes(column));
}

function isOfRuns(columns: readonly string[]): boolean {
  return columns.some((column) => column === "run_id" || /^(params|metrics)\./.test(column));
}

function has(store: Store, runId: string): boolean {
  return store.parts.db.get("SELECT 1 FROM runs WHERE run_id = ?", runId) !== undefined;
}

function countPoints(store: Store): number {
  return store.parts.db.get<{ count: number }>("SELECT count(*) AS count FROM metrics")!.count;
}

function curvesOf(points: readonly CsvPoints[], runId: string): string[] {
  return points.filter((one) => one.runId === runId).flatMap((one) => one.points.map(({ key }) => key));
}

function addRun(store: Store, run: CsvRun, curves: ReadonlySet<string>): void {
  const { runId, name, startTime, endTime, params, tags } = run;
  const { experimentId } = store.experiments.open(run.experiment);
  store.createRun({ runId, experimentId, name, startTime, tags });
  const timestamp = endTime ?? startTime ?? 0;
  const metrics = Object.entries(run.metrics)
    .filter(([key]) => !curves.has(key))
    .map(([key, value]) => ({ key, value, step: 0, timestamp }));
  store.log(runId, { metrics, params });
  store.updateRun(runId, { status: run.status, endTime });
}
