import type { Driver } from "../driver.ts";
import { NAME_TAG } from "../logBatch.ts";
import { compileRunFilter, type Sql } from "../query/compileFilter.ts";
import { compileRunOrder } from "../query/compileOrder.ts";
import { RUN_FIELDS } from "../query/filterSchema.ts";
import { parseFilter } from "../query/parseFilter.ts";
import { parseOrder } from "../query/parseOrder.ts";
import { PARENT_TAG } from "../runRecord.ts";
import type { RunRow } from "../runRow.ts";
import { MlflowFault } from "../server/mlflowFault.ts";
import { numberJson } from "../server/wire.ts";
import type { ColumnNames, RunItem, WireNumber, WireValue } from "./pageWire.ts";
import { runStates } from "./runState.ts";

/** Tag of runs that somebody marked on the page. */
export const STAR_TAG = "sulam.star";
/** MLflow's tag for words about a run. */
export const NOTE_TAG = "mlflow.note.content";

/** Which runs the table shows. */
export interface RunItemSearch {
  /** Default: every experiment. */
  experimentIds?: readonly string[];
  /** Whole ids; default: all. */
  ids?: readonly string[];
  /** MLflow's filter language. */
  filter: string;
  orderBy: readonly string[];
  /** `metrics.KEY`, `params.KEY`, `tags.KEY`. */
  columns: readonly string[];
  stage: "active" | "deleted";
}

/** As many as MLflow gives at most. */
const LIMIT = 50_000;

/**
 * The rows of the runs table with only the columns that are shown: 10,000 runs of 100 metrics each are a million
 * values, of which the page needs a few.
 *
 * @throws {TrackError} INVALID_PARAMETER_VALUE when the filter or order is wrong
 */
export function listRunItems(db: Driver, search: RunItemSearch, now: number): RunItem[] {
  const order = compileRunOrder(parseOrder(search.orderBy, RUN_FIELDS));
  const where = parseFilter(search.filter, RUN_FIELDS).map(compileRunFilter);
  where.push({ sql: "r.lifecycle_stage = ?", values: [search.stage] });
  const among = (column: string, ids: readonly string[] | undefined): void => {
    if (ids !== undefined)
      where.push({ sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(ids)] });
  };
  among("CAST(r.experiment AS TEXT)", search.experimentIds);
  among("r.run_id", search.ids);
  const from = `FROM runs r ${order.join.sql}
    WHERE ${where.map((one) => one.sql).join(" AND ")} ORDER BY ${order.by} LIMIT ${LIMIT}`;
  const values = [...order.join.values, ...where.flatMap((one) => one.values)];
  return db.read(() => runItems(db, { sql: from, values }, search.columns, now));
}

/**
 * Runs as the page shows them.
 * @param from  what follows `SELECT ...` over `runs r`
 */
export function runItems(db: Driver, from: Sql, columns: readonly string[], now: number): RunItem[] {
  const fixed = [STAR_TAG, NOTE_TAG, PARENT_TAG].map((tag) => `tags.${tag}`);
  const read = [...fixed, ...columns].map(columnValue);
  // Looked up row by row: at 10,000 runs twice as fast as a question a column.
  const sql = `SELECT r.*${read.map((one, i) => `, (${one.sql}) AS c${i}`).join("")} ${from.sql}`;
  const rows = db.all<ItemRow>(sql, ...read.flatMap((one) => one.values), ...from.values);
  const states = runStates(db, rows, now);
  return rows.map((row) => {
    const value = (i: number): WireValue => {
      const found = row[`c${i}`];
      return typeof found === "number" ? (numberJson(found) as WireNumber) : found;
    };
    return {
      id: row.run_id,
      number: row.run,
      name: row.name,
      experimentId: String(row.experiment),
      state: states.get(row.run)!,
      start: row.start_time,
      end: row.end_time,
      parent: value(2) as string | null,
      star: value(0) === "true",
      note: String(value(1) ?? ""),
      values: columns.map((_, i) => value(fixed.length + i)),
    };
  });
}

type ItemRow = RunRow & Record<`c${number}`, string | number | null>;

/** What columns the runs of these experiments can show. Tags of MLflow's and ours, which the page shows otherwise, are left out. */
export function columnNames(db: Driver, experimentIds: readonly string[] | undefined): ColumnNames {
  const runs = `SELECT run FROM runs WHERE lifecycle_stage = 'active'
    AND (? IS NULL OR CAST(experiment AS TEXT) IN (SELECT value FROM json_each(?)))`;
  const ids = experimentIds === undefined ? null : JSON.stringify(experimentIds);
  const names = (select: string): string[] => db.all<{ name: string }>(select, ids, ids).map(({ name }) => name);
  return db.read(() => ({
    metrics: names(
      `SELECT name FROM metric_keys WHERE key IN (SELECT key FROM latest WHERE run IN (${runs})) ORDER BY 1`,
    ),
    params: names(`SELECT DISTINCT key AS name FROM params WHERE run IN (${runs}) ORDER BY 1`),
    tags: names(`SELECT DISTINCT key AS name FROM tags WHERE run IN (${runs})
      AND key NOT LIKE 'mlflow.%' AND key <> '${STAR_TAG}' AND key <> '${NAME_TAG}' ORDER BY 1`),
  }));
}

function columnValue(column: string): Sql {
  const dot = column.indexOf(".");
  const [kind, key] = [column.slice(0, dot), column.slice(dot + 1)];
  if (kind === "metrics")
    return {
      sql: `SELECT iif(is_nan, 'NaN', value) FROM latest WHERE run = r.run
        AND key = (SELECT key FROM metric_keys WHERE name = ?)`,
      values: [key],
    };
  if (kind !== "params" && kind !== "tags")
    throw MlflowFault.invalid(`\`${column.slice(0, 80)}\` is no column. Write metrics.KEY, params.KEY or tags.KEY.`);
  return { sql: `SELECT value FROM ${kind} WHERE run = r.run AND key = ?`, values: [key] };
}
