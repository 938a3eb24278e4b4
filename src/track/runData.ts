import type { Driver } from "./driver.ts";
import type { RunRow } from "./runRow.ts";

/** A key and what stands under it. */
export interface Pair {
  key: string;
  value: string;
}

/** The point that stands for a curve: greatest step, then time, then value. */
export interface LatestPoint {
  key: string;
  /** May be NaN or infinite. */
  value: number;
  step: number;
  /** Milliseconds since 1970. */
  timestamp: number;
}

/** A run with all that is listed with it, by key. Inside this room only: people get a `RunRecord`. */
export interface RunData {
  row: RunRow;
  /** The experiment's name. */
  experiment: string;
  params: Pair[];
  tags: Pair[];
  latest: LatestPoint[];
}

/** What belongs to these rows of table `runs`, in four questions however many they are. To be read in one snapshot. */
export function runData(db: Driver, rows: readonly RunRow[]): RunData[] {
  const list = JSON.stringify(rows.map((row) => row.run));
  const params = byRun(db.all<Pair & OfRun>(pairs("params"), list));
  const tags = byRun(db.all<Pair & OfRun>(pairs("tags"), list));
  const latest = byRun(db.all<LatestPoint & OfRun & { is_nan: number }>(ALL_LATEST, list));
  const names = new Map(
    db.all<{ experiment: number; name: string }>(EXPERIMENTS, list).map(({ experiment, name }) => [experiment, name]),
  );
  return rows.map((row) => ({
    row,
    experiment: names.get(row.experiment) as string,
    params: params.get(row.run) ?? [],
    tags: tags.get(row.run) ?? [],
    latest: (latest.get(row.run) ?? []).map(({ key, value, step, timestamp, is_nan }) => {
      return { key, value: is_nan === 1 ? Number.NaN : value, step, timestamp };
    }),
  }));
}

interface OfRun {
  run: number;
}

function byRun<E extends OfRun>(entries: readonly E[]): Map<number, E[]> {
  const groups = new Map<number, E[]>();
  for (const entry of entries) {
    const group = groups.get(entry.run);
    if (group === undefined) groups.set(entry.run, [entry]);
    else group.push(entry);
  }
  return groups;
}

function pairs(table: "params" | "tags"): string {
  return `SELECT run, key, value FROM ${table} WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, key`;
}

const ALL_LATEST = `SELECT l.run, k.name AS key, l.value, l.step, l.timestamp, l.is_nan
  FROM latest l JOIN metric_keys k USING(key) WHERE l.run IN (SELECT value FROM json_each(?)) ORDER BY l.run, k.name`;

const EXPERIMENTS = `SELECT experiment, name FROM experiments
  WHERE experiment IN (SELECT experiment FROM runs WHERE run IN (SELECT value FROM json_each(?)))`;
