import type { Driver, SqlValue } from "./driver.ts";
import type { MetricKeys } from "./metricKeys.ts";
import { runData } from "./runData.ts";
import { PARENT_TAG, type RunRecord, type RunStatus, runRecord } from "./runRecord.ts";
import type { RunRow } from "./runRow.ts";

/** Which runs, in which order. Conditions are joined by "and". */
export interface RunQuery {
  /** Experiments' names; all when left out. */
  experiment?: string | readonly string[];
  /** Whole run ids. */
  ids?: readonly string[];
  status?: RunStatus;
  /** The run's name, exactly. */
  name?: string;
  params?: Readonly<Record<string, string>>;
  tags?: Readonly<Record<string, string>>;
  /** Runs nested in this one. */
  parentRunId?: string;
  /** Deleted runs instead of active ones. */
  deleted?: boolean;
  /** Default: newest start first. Runs without the metric or param come last, NaN before them. */
  order?: { by: RunOrder; descending?: boolean };
  limit?: number;
  offset?: number;
}

/** What runs are ordered by. */
export type RunOrder = "startTime" | "endTime" | "name" | { metric: string } | { param: string };

/** The runs that fit `query`, with their params, tags and latest metrics, out of one state of the store. */
export function findRuns(db: Driver, keys: MetricKeys, query: RunQuery): RunRecord[] {
  const where = conditions(query);
  const order = ordering(keys, query.order);
  const sql = `SELECT r.* FROM runs r JOIN experiments e USING(experiment) ${order.join}
    WHERE ${where.sql.join(" AND ")} ORDER BY ${order.by}, r.start_time DESC, r.run DESC LIMIT ? OFFSET ?`;
  const values = [...order.values, ...where.values, query.limit ?? -1, query.offset ?? 0];
  return db.read(() => runData(db, db.all<RunRow>(sql, ...values)).map(runRecord));
}

function conditions(query: RunQuery): { sql: string[]; values: SqlValue[] } {
  const sql = ["r.lifecycle_stage = ?"];
  const values: SqlValue[] = [query.deleted ? "deleted" : "active"];
  const add = (condition: string, ...more: SqlValue[]): void => {
    sql.push(condition);
    values.push(...more);
  };
  if (query.experiment !== undefined)
    add("e.name IN (SELECT value FROM json_each(?))", JSON.stringify([query.experiment].flat()));
  if (query.ids !== undefined) add("r.run_id IN (SELECT value FROM json_each(?))", JSON.stringify(query.ids));
  if (query.status === "CRASHED") add("r.crashed = 1");
  else if (query.status !== undefined) add("r.status = ? AND r.crashed = 0", query.status);
  if (query.name !== undefined) add("r.name = ?", query.name);
  for (const [key, value] of Object.entries(query.params ?? {}))
    add("EXISTS(SELECT 1 FROM params p WHERE p.run = r.run AND p.key = ? AND p.value = ?)", key, value);
  const tags = query.parentRunId === undefined ? query.tags : { ...query.tags, [PARENT_TAG]: query.parentRunId };
  for (const [key, value] of Object.entries(tags ?? {}))
    add("EXISTS(SELECT 1 FROM tags t WHERE t.run = r.run AND t.key = ? AND t.value = ?)", key, value);
  return { sql, values };
}

function ordering(keys: MetricKeys, order: RunQuery["order"]): { join: string; by: string; values: SqlValue[] } {
  const by = order?.by ?? "startTime";
  const direction = (order === undefined ? true : order.descending) ? "DESC" : "ASC";
  if (by === "startTime") return { join: "", by: `r.start_time ${direction}`, values: [] };
  if (by === "endTime") return { join: "", by: `r.end_time IS NULL, r.end_time ${direction}`, values: [] };
  if (by === "name") return { join: "", by: `r.name ${direction}`, values: [] };
  if ("param" in by)
    return {
      join: "LEFT JOIN params o ON o.run = r.run AND o.key = ?",
      by: `o.value IS NULL, o.value ${direction}`,
      values: [by.param],
    };
  return {
    join: "LEFT JOIN latest o ON o.run = r.run AND o.key = ?",
    by: `o.value IS NULL, o.is_nan, o.value ${direction}`,
    values: [keys.find(by.metric) ?? null],
  };
}
