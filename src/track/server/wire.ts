import type { ExperimentRecord } from "../experimentRecord.ts";
import { type DatasetInput, listInputs } from "../inputs.ts";
import type { LatestPoint, RunData } from "../runData.ts";
import type { RunRow } from "../runRow.ts";
import type { Store } from "../store.ts";

/** A number as protobuf's JSON writes it. MLflow turns infinities into ±1.797e308; here they stay what they are. */
export function numberJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** A point of a curve. */
export function metricJson({ key, value, step, timestamp }: LatestPoint): object {
  return { key, value: numberJson(value), timestamp, step };
}

/** MLflow's `RunInfo`. */
export function runInfoJson(row: RunRow): object {
  return {
    run_uuid: row.run_id,
    run_id: row.run_id,
    experiment_id: String(row.experiment),
    run_name: row.name,
    user_id: row.user_id,
    status: row.status,
    start_time: row.start_time,
    ...(row.end_time !== null && { end_time: row.end_time }),
    artifact_uri: row.artifact_uri,
    lifecycle_stage: row.lifecycle_stage,
  };
}

/** MLflow's `Run`s. */
export function runsJson(store: Store, runs: readonly RunData[]): object[] {
  const { db } = store.parts;
  const list = JSON.stringify(runs.map(({ row }) => row.run));
  const sql = "SELECT DISTINCT run FROM inputs WHERE run IN (SELECT value FROM json_each(?))";
  const withInputs = new Set(db.all<{ run: number }>(sql, list).map(({ run }) => run));
  return runs.map(({ row, params, tags, latest }) => ({
    info: runInfoJson(row),
    data: { metrics: latest.map(metricJson), params: params.map(pairJson), tags: tags.map(pairJson) },
    inputs: withInputs.has(row.run) ? { dataset_inputs: listInputs(db, row.run).map(inputJson) } : {},
    // Models, of which there are none here.
    outputs: {},
  }));
}

/** MLflow's `Experiment`. */
export function experimentJson(experiment: ExperimentRecord): object {
  return {
    experiment_id: experiment.experimentId,
    name: experiment.name,
    artifact_location: experiment.artifactLocation,
    lifecycle_stage: experiment.lifecycleStage,
    last_update_time: experiment.lastUpdateTime,
    creation_time: experiment.creationTime,
    tags: Object.entries(experiment.tags).map(([key, value]) => ({ key, value })),
  };
}

function pairJson({ key, value }: { key: string; value: string }): object {
  return { key, value };
}

function inputJson({ name, digest, source, sourceType, schema, profile, context, tags = {} }: DatasetInput): object {
  const all = { ...tags, ...(context !== undefined && { "mlflow.data.context": context }) };
  return {
    tags: Object.entries(all).map(([key, value]) => ({ key, value })),
    dataset: {
      name,
      digest,
      source_type: sourceType,
      source,
      ...(schema !== undefined && { schema }),
      ...(profile !== undefined && { profile }),
    },
  };
}
