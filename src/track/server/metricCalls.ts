import { pageOffset, pageToken } from "../query/pageToken.ts";
import type { LatestPoint } from "../runData.ts";
import type { Store } from "../store.ts";
import type { Calls } from "./calls.ts";
import type { Fields } from "./fields.ts";
import { MlflowFault } from "./mlflowFault.ts";
import { samplePlaces } from "./samplePlaces.ts";
import { wholeRun } from "./wholeRun.ts";
import { metricJson } from "./wire.ts";

/** MLflow's limits: points of one answer, runs of a bulk question, points a run of a sampled one. */
const POINTS = 25_000;
const RUNS = 100;
const SAMPLED_POINTS = 2500;

/** MLflow's endpoints that give curves: whole ones by time, then step, then value; cut ones by step first. */
export const metricCalls: Calls = {
  "GET metrics/get-history": (store, fields) => {
    const { run } = wholeRun(store, fields.runId());
    const key = fields.text("metric_key");
    const asked = fields.optionalInteger("max_results");
    if (asked !== undefined && asked < 1) throw fields.wrong("max_results", asked, "It must be a positive integer.");
    const most = asked && Math.min(asked, POINTS);
    const offset = pageOffset(fields.optionalText("page_token"));
    // As in MLflow, who asks for no pages gets the whole curve.
    const found = points(store, { run, key }, { limit: most === undefined ? -1 : most + 1, offset });
    const isMore = most !== undefined && found.length > most;
    return {
      metrics: (isMore ? found.slice(0, most) : found).map(metricJson),
      ...(isMore && { next_page_token: pageToken(offset + most) }),
    };
  },

  "GET metrics/get-history-bulk": (store, fields) => {
    const ids = runIds(fields, "run_id");
    const key = fields.text("metric_key");
    const most = Math.min(fields.optionalInteger("max_results") ?? POINTS, POINTS);
    if (most < 1) throw fields.wrong("max_results", most, "It must be 1 or more.");
    const metrics: object[] = [];
    for (const id of [...ids].sort()) {
      const { run } = wholeRun(store, id);
      const found = points(store, { run, key }, { limit: most - metrics.length, offset: 0 });
      metrics.push(...found.map((point) => ({ ...metricJson(point), run_id: id })));
      if (metrics.length === most) break;
    }
    return { metrics };
  },

  "GET metrics/get-history-bulk-interval": (store, fields) => {
    const ids = runIds(fields, "run_ids");
    const key = fields.text("metric_key");
    const most = fields.optionalInteger("max_results") ?? SAMPLED_POINTS;
    if (most < 1 || most > SAMPLED_POINTS)
      throw fields.wrong("max_results", most, `It must lie in 1 to ${SAMPLED_POINTS}.`);
    const range = { start: fields.optionalInteger("start_step"), end: fields.optionalInteger("end_step") };
    if ((range.start === undefined) !== (range.end === undefined) || (range.start ?? 0) > (range.end ?? 0))
      throw fields.wrong("start_step", range.start ?? null, "Give both steps or none, and the start before the end.");
    const rows = ids.map((id) => wholeRun(store, id));
    const curve = { key, ...range };
    return store.parts.db.read(() => ({
      metrics: rows.flatMap(({ run, run_id }) =>
        sampledPoints(store, { run, ...curve }, most).map((point) => ({ ...metricJson(point), run_id })),
      ),
    }));
  },
};

interface Curve {
  run: number;
  key: string;
}

/** A curve between two steps, both included. */
interface Part extends Curve {
  start?: number;
  end?: number;
}

function runIds(fields: Fields, name: string): string[] {
  const ids = fields.texts(name);
  if (ids.length === 0) throw fields.missing(name);
  if (ids.length > RUNS) throw MlflowFault.invalid(`'${name}' may name at most ${RUNS} runs, got ${ids.length}.`);
  return ids;
}

const OF_CURVE = "FROM metrics WHERE run = ? AND key = (SELECT key FROM metric_keys WHERE name = ?)";

/** @param page  `limit` -1 for all */
function points(store: Store, { run, key }: Curve, page: { limit: number; offset: number }): LatestPoint[] {
  const sql = `SELECT step, timestamp, value, is_nan ${OF_CURVE} ORDER BY timestamp, step, value LIMIT ? OFFSET ?`;
  return store.parts.db.all<PointRow>(sql, run, key, page.limit, page.offset).map((row) => pointOf(key, row));
}

function sampledPoints(store: Store, { run, key, start, end }: Part, most: number): LatestPoint[] {
  const { db } = store.parts;
  const ofPart = `${OF_CURVE} AND step BETWEEN ? AND ?`;
  const bounds = [run, key, start ?? -(2 ** 53), end ?? 2 ** 53];
  const { count } = db.get<{ count: number }>(`SELECT count(*) AS count ${ofPart}`, ...bounds)!;
  const sql = `SELECT step, timestamp, value, is_nan
    FROM (SELECT *, row_number() OVER (ORDER BY step, timestamp, value, is_nan) - 1 AS place ${ofPart})
    WHERE place IN (SELECT value FROM json_each(?)) ORDER BY place`;
  const places = JSON.stringify(samplePlaces(count, most));
  return db.all<PointRow>(sql, ...bounds, places).map((row) => pointOf(key, row));
}

interface PointRow {
  step: number;
  timestamp: number;
  value: number;
  is_nan: number;
}

function pointOf(key: string, { step, timestamp, value, is_nan }: PointRow): LatestPoint {
  return { key, step, timestamp, value: is_nan === 1 ? Number.NaN : value };
}
