import type { Pair, RunData } from "./runData.ts";
import type { MlflowStatus } from "./runRow.ts";
import { isSystemMetric } from "./system/isSystemMetric.ts";

/** How a run stands: MLflow's words, and CRASHED for one whose process died (MLflow clients see that as FAILED). */
export type RunStatus = MlflowStatus | "CRASHED";

/** A run as plain values. */
export interface RunRecord {
  /** 32 hex digits. */
  runId: string;
  name: string;
  /** The experiment's name. */
  experiment: string;
  experimentId: string;
  status: RunStatus;
  /** Milliseconds since 1970. */
  startTime: number;
  /** Null while the run goes on. */
  endTime: number | null;
  /** The run that it is a part of, or null. */
  parentRunId: string | null;
  /** The greatest step of any metric but those of the machine; null when none was logged. */
  lastStep: number | null;
  params: Record<string, string>;
  /** The latest value of each curve: greatest step, then time, then value. May be NaN or infinite. */
  metrics: Record<string, number>;
  tags: Record<string, string>;
  lifecycleStage: "active" | "deleted";
  /** As MLflow spells it: `mlflow-artifacts:/EXPERIMENT/RUN/artifacts`. */
  artifactUri: string;
}

/** MLflow's tag that names the parent of a nested run. */
export const PARENT_TAG = "mlflow.parentRunId";

/** A run's rows as plain values. */
export function runRecord({ row, experiment, params, tags, latest }: RunData): RunRecord {
  return {
    runId: row.run_id,
    name: row.name,
    experiment,
    experimentId: String(row.experiment),
    status: row.crashed === 1 ? "CRASHED" : row.status,
    startTime: row.start_time,
    endTime: row.end_time,
    parentRunId: tags.find(({ key }) => key === PARENT_TAG)?.value ?? null,
    lastStep: latest
      .filter(({ key }) => !isSystemMetric(key))
      .reduce<number | null>((most, { step }) => Math.max(most ?? step, step), null),
    params: asObject(params),
    metrics: Object.fromEntries(latest.map(({ key, value }) => [key, value])),
    tags: asObject(tags),
    lifecycleStage: row.lifecycle_stage,
    artifactUri: row.artifact_uri,
  };
}

/** `Object.fromEntries` takes a key `__proto__` as any other, assignment would not. */
function asObject(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}
