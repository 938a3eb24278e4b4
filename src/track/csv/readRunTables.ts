import { InputError } from "../../base/errors.ts";
import { type CsvRecord, type CsvTable, csvTable } from "./csvTable.ts";
import { POINT_COLUMNS } from "./exportCsv.ts";
import { type CsvPoints, readPoints } from "./readPoints.ts";
import { type CsvRun, isRunColumn, readRuns } from "./readRuns.ts";

/** A CSV file that is being read. */
export interface CsvFile {
  /** What errors call it. */
  name: string;
  records: AsyncIterableIterator<CsvRecord>;
}

/** What CSV files have of runs. */
export interface CsvTables {
  runs: CsvRun[];
  points: CsvPoints[];
  /** Columns that stand for nothing of a run or a point. */
  passedOver: string[];
}

/** What a run has of which we take nothing: MLflow tells them of every run. */
const SILENT = ["run_id", "artifact_uri"];

/** Whether a table with these columns is one of points. */
export function isOfPoints(columns: readonly string[]): boolean {
  return ["run_id", "key", "value"].every((column) => columns.includes(column));
}

/**
 * Reads CSV files: tables of runs, and tables of points (those with the columns `run_id`, `key`, `value`).
 *
 * @throws {InputError} with file and line: see `readRuns` and `readPoints`; a table of something else; a run twice
 */
export async function readRunTables(files: readonly CsvFile[]): Promise<CsvTables> {
  const found: CsvTables = { runs: [], points: [], passedOver: [] };
  for (const { name, records } of files) {
    try {
      await addTable(found, await csvTable(records, name));
    } finally {
      await records.return?.();
    }
  }
  const seen = new Map<string, string>();
  for (const { runId, who } of found.runs) {
    const before = seen.get(runId);
    if (before !== undefined) throw new InputError(who, `run ${runId} stands in ${before}, too`, "Keep one of them.");
    seen.set(runId, who);
  }
  return found;
}

async function addTable(found: CsvTables, table: CsvTable): Promise<void> {
  const { name, columns } = table;
  const hasPoints = isOfPoints(columns);
  if (!hasPoints) refuseOthers(name, columns);
  if (hasPoints) for (const one of await readPoints(table)) found.points.push(one);
  else for (const one of await readRuns(table)) found.runs.push(one);
  const isKnown = (column: string): boolean =>
    hasPoints ? (POINT_COLUMNS as readonly string[]).includes(column) : isRunColumn(column) || SILENT.includes(column);
  found.passedOver.push(...columns.filter((column) => !isKnown(column)));
}

function refuseOthers(name: string, columns: readonly string[]): void {
  if (columns.includes("Run ID"))
    throw new InputError(
      name,
      "is the download of MLflow's page, which does not tell params from metrics",
      "Write the table with mlflow.search_runs().to_csv().",
    );
  if (!columns.some(isRunColumn))
    throw new InputError(
      name,
      `has no column of a run or a point, but ${columns.slice(0, 5).join(", ")}`,
      "Name columns run_id, params.KEY, metrics.KEY; or run_id, key, step, timestamp, value.",
    );
}
