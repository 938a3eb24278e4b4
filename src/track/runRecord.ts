import type { MlflowStatus } from "./runRow.ts";

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
  /** The greatest step of any metric; null when none was logged. */
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
