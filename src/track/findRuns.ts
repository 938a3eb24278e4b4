import type { Driver, SqlValue } from "./driver.ts";
import type { MetricKeys } from "./metricKeys.ts";
import { PARENT_TAG, type RunRecord, type RunStatus } from "./runRecord.ts";
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
  const sql = `SELECT r.*, e.name AS experiment_name FROM runs r JOIN experiments e USING(experiment) ${order.join}
    WHERE ${where.sql.join(" AND ")} ORDER BY ${order.by}, r.start_time DESC, r.run DESC LIMIT ? OFFSET ?`;
  const values = [...order.values, ...where.values, query.limit ?? -1, query.offset ?? 0];
  return db.read(() => withData(db, db.all<NamedRunRow>(sql, ...values)));
}

/** One row of table `runs` with all that belongs to it. */
export function runRecord(db: Driver, row: RunRow): RunRecord {
  const name = db.get<{ name: string }>("SELECT name FROM experiments WHERE experiment = ?", row.experiment)?.name;
  return withData(db, [{ ...row, experiment_name: name as string }])[0];
}

interface NamedRunRow extends RunRow {
  experiment_name: string;
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

function withData(db: Driver, rows: readonly NamedRunRow[]): RunRecord[] {
  const list = JSON.stringify(rows.map((row) => row.run));
  const params = byRun(db.all<Entry<string>>(ALL_PARAMS, list));
  const tags = byRun(db.all<Entry<string>>(ALL_TAGS, list));
  const latest = byRun(db.all<Entry<number> & { step: number; is_nan: number }>(ALL_LATEST, list));
  return rows.map((row) => {
    const points = latest.get(row.run) ?? [];
    const record = { ...plain(row), params: asObject(params.get(row.run)), tags: asObject(tags.get(row.run)) };
    record.metrics = Object.fromEntries(points.map((p) => [p.key, p.is_nan === 1 ? Number.NaN : p.value]));
    record.lastStep = points.length === 0 ? null : points.reduce((most, p) => Math.max(most, p.step), points[0].step);
    record.parentRunId = record.tags[PARENT_TAG] ?? null;
    return record;
  });
}

interface Entry<Value> {
  run: number;
  key: string;
  value: Value;
}

function byRun<E extends { run: number }>(entries: readonly E[]): Map<number, E[]> {
  const groups = new Map<number, E[]>();
  for (const entry of entries) {
    const group = groups.get(entry.run);
    if (group === undefined) groups.set(entry.run, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** `Object.fromEntries` takes a key `__proto__` as any other, assignment would not. */
function asObject(entries: readonly Entry<string>[] | undefined): Record<string, string> {
  return Object.fromEntries((entries ?? []).map(({ key, value }) => [key, value]));
}

const ALL_PARAMS = "SELECT run, key, value FROM params WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, key";
const ALL_TAGS = "SELECT run, key, value FROM tags WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, key";
const ALL_LATEST = `SELECT l.run, k.name AS key, l.value, l.step, l.is_nan FROM latest l JOIN metric_keys k USING(key)
  WHERE l.run IN (SELECT value FROM json_each(?)) ORDER BY l.run, k.name`;

function plain(row: NamedRunRow): RunRecord {
  return {
    runId: row.run_id,
    name: row.name,
    experiment: row.experiment_name,
    experimentId: String(row.experiment),
    status: row.crashed === 1 ? "CRASHED" : row.status,
    startTime: row.start_time,
    endTime: row.end_time,
    parentRunId: null,
    lastStep: null,
    params: {},
    metrics: {},
    tags: {},
    lifecycleStage: row.lifecycle_stage,
    artifactUri: row.artifact_uri,
  };
}
