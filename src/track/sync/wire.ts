/** A key and its value, as MLflow's REST API spells all its maps. */
export interface RemotePair {
  key: string;
  value: string;
}

/** A point as the server gives it; numbers may come as text (`"NaN"`, int64). */
export interface RemotePoint {
  key: string;
  value: number | string;
  timestamp?: number | string;
  step?: number | string;
}

/** A run as `runs/get` gives it; empty lists are left out. */
export interface RemoteRun {
  info: {
    run_id: string;
    experiment_id: string;
    run_name?: string;
    user_id?: string;
    status: string;
    start_time?: number | string;
    end_time?: number | string;
    artifact_uri: string;
    lifecycle_stage: string;
  };
  data?: { params?: RemotePair[]; tags?: RemotePair[]; metrics?: RemotePoint[] };
  inputs?: {
    dataset_inputs?: {
      dataset: {
        name: string;
        digest: string;
        source: string;
        source_type?: string;
        schema?: string;
        profile?: string;
      };
      tags?: RemotePair[];
    }[];
  };
}

/** The tag of a run on a server that names the run it was sent from. */
export const ORIGIN_TAG = "sulam.runId";

/** JSON has no word for these; MLflow takes them as text. */
export function toWire(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** MLflow keeps infinities as the greatest doubles. */
export function fromWire(value: number | string): number {
  const number = Number(value);
  return Math.abs(number) >= Number.MAX_VALUE ? Math.sign(number) * Number.POSITIVE_INFINITY : number;
}

/** Lists in parts of at most `size`; no part of an empty list. */
export function parts<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
