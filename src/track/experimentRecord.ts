import type { Driver } from "./driver.ts";
import { TrackError } from "./trackError.ts";

/** An experiment: a named set of runs. */
export interface ExperimentRecord {
  /** A number in decimal, as MLflow spells it. `0` is `Default`. */
  experimentId: string;
  name: string;
  lifecycleStage: "active" | "deleted";
  artifactLocation: string;
  /** Milliseconds since 1970. */
  creationTime: number;
  lastUpdateTime: number;
  tags: Record<string, string>;
}

/** A row of table `experiments`, as SQLite gives it. Inside this room only. */
export interface ExperimentRow {
  experiment: number;
  name: string;
  lifecycle_stage: "active" | "deleted";
  artifact_location: string;
  creation_time: number;
  last_update_time: number;
}

/** Rows of table `experiments` with their tags, as plain values. */
export function experimentRecords(db: Driver, rows: readonly ExperimentRow[]): ExperimentRecord[] {
  const tags = new Map<number, [string, string][]>(rows.map((row) => [row.experiment, []]));
  const found = db.all<{ experiment: number; key: string; value: string }>(
    `SELECT * FROM experiment_tags WHERE experiment IN (SELECT value FROM json_each(?)) ORDER BY experiment, key`,
    JSON.stringify([...tags.keys()]),
  );
  for (const { experiment, key, value } of found) tags.get(experiment)?.push([key, value]);
  return rows.map((row) => ({
    experimentId: String(row.experiment),
    name: row.name,
    lifecycleStage: row.lifecycle_stage,
    artifactLocation: row.artifact_location,
    creationTime: row.creation_time,
    lastUpdateTime: row.last_update_time,
    tags: Object.fromEntries(tags.get(row.experiment) ?? []),
  }));
}

/** An experiment's id as the number in the tables. @throws {TrackError} INVALID_PARAMETER_VALUE when it is none */
export function experimentNumber(experimentId: string): number {
  if (/^-?\d{1,15}$/.test(experimentId)) return Number(experimentId);
  throw new TrackError(
    "INVALID_PARAMETER_VALUE",
    "experiment",
    `\`${String(experimentId).slice(0, 40)}\` is no experiment's id`,
    "Ids are whole numbers.",
  );
}
