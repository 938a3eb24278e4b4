import type { Driver } from "../driver.ts";

/** A point of a curve. */
export interface CurvePoint {
  step: number;
  /** Milliseconds since 1970. */
  timestamp: number;
  /** May be NaN or infinite. */
  value: number;
}

/** What of a curve is shown. */
export interface SampleOptions {
  /** How many points at most, from 8. */
  most: number;
  /** Steps, both included. Default: all. */
  from?: number;
  to?: number;
}

interface Row extends CurvePoint {
  is_nan: number;
}

/** The three rows that a stretch can give, so that no spike, dip or NaN is lost. */
const PER_STRETCH = 3;

const OF_CURVE = "FROM metrics WHERE run = ? AND key = ? AND step BETWEEN ? AND ?";
const IN_ORDER = "ORDER BY step, timestamp, value";

/**
 * A curve in at most `most` points: all of them where they are few, else the first and the last and, of every one of
 * equally long stretches of steps, the lowest and the highest point and a NaN if there is one. What is left out lies
 * between two points that are shown. A curve whose points all have one step is cut into stretches of time.
 *
 * Every stretch is a range of the index `metrics_identity`, so SQLite reads each point twice, in order, and hands over
 * only what is shown.
 *
 * @param key  the curve's number, see `MetricKeys`
 * @returns the points by step, then time, and how many the curve has in that range
 */
export function sampleCurve(
  db: Driver,
  run: number,
  key: number,
  { most, from = -(2 ** 53), to = 2 ** 53 }: SampleOptions,
): { points: CurvePoint[]; count: number } {
  return db.read(() => {
    const curve = [run, key, from, to];
    // Only whether there are more is asked: counting a million points reads them all.
    const few = db.get<{ n: number }>(
      `SELECT count(*) AS n FROM (SELECT 1 ${OF_CURVE} LIMIT ?)`,
      ...curve,
      most + 1,
    )!.n;
    if (few <= most) {
      const sql = `SELECT step, timestamp, value, is_nan ${OF_CURVE} ${IN_ORDER}`;
      return { count: few, points: db.all<Row>(sql, ...curve).map(pointOf) };
    }
    const end = (order: string): CurvePoint =>
      pointOf(db.get<Row>(`SELECT step, timestamp, value, is_nan ${OF_CURVE} ORDER BY ${order} LIMIT 1`, ...curve)!);
    const first = end("step, timestamp, value");
    const last = end("step DESC, timestamp DESC, value DESC");
    const inner = stretches(first, last, Math.floor((most - 2) / PER_STRETCH)).map(({ where, range }) =>
      extremes(db, where, [run, key, ...range]),
    );
    const points = [first, ...inner.flatMap((one) => one.points), last];
    return {
      count: inner.reduce((sum, one) => sum + one.count, 0),
      points: points.filter((point, i) => i === 0 || !isSame(point, points[i - 1])),
    };
  });
}

interface Stretch {
  where: string;
  /** What is bound after `run` and `key`. */
  range: number[];
}

function stretches(first: CurvePoint, last: CurvePoint, count: number): Stretch[] {
  const byTime = first.step === last.step;
  const [low, high] = byTime ? [first.timestamp, last.timestamp] : [first.step, last.step];
  const parts = Math.max(1, Math.min(count, high - low + 1));
  const edge = (i: number): number => low + Math.floor((i * (high - low + 1)) / parts);
  return Array.from({ length: parts }, (_, i) =>
    byTime
      ? { where: "step = ? AND timestamp >= ? AND timestamp < ?", range: [first.step, edge(i), edge(i + 1)] }
      : { where: "step >= ? AND step < ?", range: [edge(i), edge(i + 1)] },
  );
}

/** SQLite takes the plain columns from the row of the one `min` or `max` (its documentation of SELECT, section 2.5). */
function extremes(db: Driver, where: string, values: readonly number[]): { points: CurvePoint[]; count: number } {
  const of = `FROM metrics WHERE run = ? AND key = ? AND ${where}`;
  const low = db.get<Row & { n: number; nans: number }>(
    `SELECT min(iif(is_nan, NULL, value)) AS value, step, timestamp, 0 AS is_nan, count(*) AS n, sum(is_nan) AS nans ${of}`,
    ...values,
  )!;
  const points: CurvePoint[] = [];
  if (low.n > low.nans) {
    const number = low.nans > 0 ? "iif(is_nan, NULL, value)" : "value";
    const high = db.get<Row>(`SELECT max(${number}) AS value, step, timestamp, 0 AS is_nan ${of}`, ...values)!;
    points.push(pointOf(low), pointOf(high));
  }
  if (low.nans > 0) {
    const sql = `SELECT step, timestamp, value, is_nan ${of} AND is_nan = 1 ${IN_ORDER} LIMIT 1`;
    points.push(pointOf(db.get<Row>(sql, ...values)!));
  }
  points.sort((a, b) => a.step - b.step || a.timestamp - b.timestamp);
  return { count: low.n, points: points.filter((point, i) => i === 0 || !isSame(point, points[i - 1])) };
}

function isSame(a: CurvePoint, b: CurvePoint): boolean {
  return a.step === b.step && a.timestamp === b.timestamp && Object.is(a.value, b.value);
}

function pointOf({ step, timestamp, value, is_nan }: Row): CurvePoint {
  return { step, timestamp, value: is_nan === 1 ? Number.NaN : value };
}
