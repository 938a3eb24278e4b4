import type { Driver } from "./driver.ts";
import { TrackError } from "./trackError.ts";

/** How a run stands, in MLflow's words. */
export type MlflowStatus = "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED";

/** A row of table `runs`, as SQLite gives it. Inside this room only: people get a `RunRecord`. */
export interface RunRow {
  run: number;
  run_id: string;
  experiment: number;
  name: string;
  user_id: string;
  status: MlflowStatus;
  /** 1 when the process died without ending the run. */
  crashed: number;
  /** Milliseconds since 1970, as all times here. */
  start_time: number;
  end_time: number | null;
  lifecycle_stage: "active" | "deleted";
  artifact_uri: string;
}

/**
 * The run with this id, or the only one whose id begins so.
 * @throws {TrackError} RESOURCE_DOES_NOT_EXIST when there is none; INVALID_PARAMETER_VALUE when there are several
 */
export function runRow(db: Driver, idOrPrefix: string): RunRow {
  const id = idOrPrefix.toLowerCase();
  // Every hex digit sorts before "g".
  const rows = /^[0-9a-f]{1,32}$/.test(id)
    ? db.all<RunRow>("SELECT * FROM runs WHERE run_id >= ? AND run_id < ? ORDER BY run_id LIMIT 4", id, `${id}g`)
    : [];
  if (rows.length === 0)
    throw new TrackError(
      "RESOURCE_DOES_NOT_EXIST",
      "run",
      `no run has an id that begins with \`${idOrPrefix}\``,
      "See `npx sulam runs list`.",
    );
  if (rows.length > 1)
    throw new TrackError(
      "INVALID_PARAMETER_VALUE",
      "run",
      `\`${idOrPrefix}\` fits several runs (${rows.map((row) => row.run_id.slice(0, id.length + 4)).join(", ")})`,
      "Give more of the id.",
    );
  return rows[0];
}
