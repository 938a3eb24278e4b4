import { InputError } from "../../base/errors.ts";
import { sha256 } from "../../base/hash.ts";
import { type Batch, checkBatch, NAME_TAG } from "../logBatch.ts";
import { readCell } from "../page/browser/csvLine.ts";
import type { RunStatus } from "../runRecord.ts";
import type { CsvTable, NamedRecord } from "./csvTable.ts";
import { csvNumber, csvTime } from "./csvValues.ts";

/** A run as a line of a CSV file tells it. */
export interface CsvRun {
  /** What errors call the line. */
  who: string;
  runId: string;
  name?: string;
  experiment: string;
  status: RunStatus;
  startTime?: number;
  endTime?: number;
  params: Record<string, string>;
  tags: Record<string, string>;
  /** The last value of each metric. */
  metrics: Record<string, number>;
}

const STATUSES: readonly string[] = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED", "CRASHED"];

/** The experiment of runs that name none. */
const NO_EXPERIMENT = "CSV";

/** Columns that say something of a run and come before `params.KEY`, `metrics.KEY` and `tags.KEY`. */
const HEAD = ["name", "run_name", "experiment", "experiment_id", "status", "start_time", "end_time"];

/** Whether `readRuns` reads a column as something that a run has. */
export function isRunColumn(column: string): boolean {
  return HEAD.includes(column) || /^(params|metrics|tags)\../.test(column);
}

/**
 * The runs of a table: ours, or MLflow's `search_runs().to_csv()`, whose experiments have a number only. Columns other
 * than `run_id` and those of `isRunColumn` are passed over. Only ours, told by the column `experiment`, guards texts from
 * spreadsheets.
 *
 * A line without an id gets one that follows from its values, so that it is known when it comes again.
 *
 * @throws {InputError} with file and line: a wrong id, status, time, number, name or value
 */
export async function readRuns({ columns, rows }: CsvTable): Promise<CsvRun[]> {
  const shown = columns.filter(isRunColumn).sort();
  const plain = columns.includes("experiment") ? readCell : (cell: string): string => cell;
  const runs: CsvRun[] = [];
  for await (const row of rows) runs.push(readRun(shown, row, plain));
  return runs;
}

function readRun(columns: readonly string[], { who, get }: NamedRecord, plain: (cell: string) => string): CsvRun {
  const text = (column: string): string | undefined => {
    const cell = get(column);
    return cell === undefined ? undefined : plain(cell);
  };
  const time = (column: string): number | undefined => {
    const cell = get(column);
    return cell ? csvTime(cell, who, column) : undefined;
  };
  const pairs = (start: string): [string, string][] =>
    columns
      .filter((column) => column.startsWith(start))
      .map((column) => [column.slice(start.length), text(column)] as const)
      .filter((pair): pair is [string, string] => pair[1] !== undefined);
  const tags = Object.fromEntries(pairs("tags."));
  const status = text("status") || "FINISHED";
  if (!STATUSES.includes(status))
    throw new InputError(who, `unknown status ${JSON.stringify(status)}`, `Use one of ${STATUSES.join(", ")}.`);
  const number = text("experiment_id");
  const run: CsvRun = {
    who,
    runId:
      text("run_id") ||
      sha256(JSON.stringify(columns.map((column) => [column, text(column)]).filter(([, cell]) => cell))).slice(0, 32),
    name: text("name") || text("run_name") || tags[NAME_TAG] || undefined,
    experiment: text("experiment") || (number ? `MLflow experiment ${number}` : NO_EXPERIMENT),
    // No process will ever end it.
    status: (status === "RUNNING" ? "CRASHED" : status) as RunStatus,
    startTime: time("start_time"),
    endTime: time("end_time"),
    params: Object.fromEntries(pairs("params.")),
    tags,
    metrics: Object.fromEntries(
      pairs("metrics.")
        .filter(([, value]) => value !== "")
        .map(([key, value]) => [key, csvNumber(value, who, `metrics.${key}`)]),
    ),
  };
  if (!/^[0-9a-f]{32}$/.test(run.runId))
    throw new InputError(who, `run_id must be 32 hex digits, got ${JSON.stringify(run.runId)}`, "Mend or empty it.");
  check(who, { params: run.params, tags: { ...run.tags, ...(run.name && { [NAME_TAG]: run.name }) } });
  check(who, { metrics: Object.entries(run.metrics).map(([key, value]) => ({ key, value, step: 0, timestamp: 0 })) });
  return run;
}

/** Names and values by the store's rules, with the line in the error. */
function check(who: string, batch: Batch): void {
  try {
    checkBatch(batch);
  } catch (cause) {
    throw new InputError(who, cause instanceof Error ? cause.message : String(cause), "Mend the line.", { cause });
  }
}
