import type { ArtifactRecord } from "./artifacts.ts";
import type { DatasetInput } from "./inputs.ts";
import type { RunRecord } from "./runRecord.ts";
import type { Store } from "./store.ts";

/** The form of the lines. A change that older readers would take wrongly gets the next number. */
export const EXPORT_SCHEMA = 1;

/** One line of an exported run. The first is of type `run`; the others follow in any order. */
export type ExportLine =
  | ({ type: "run"; schema: number } & ExportHead)
  | { type: "param" | "tag"; key: string; value: string }
  | { type: "metric"; key: string; step: number; timestamp: number; value: number | NonFinite }
  | ({ type: "dataset" } & DatasetInput)
  | ({ type: "artifact"; text?: string } & ArtifactRecord);

/** JSON has no word for these numbers. */
export type NonFinite = "NaN" | "Infinity" | "-Infinity";

/** What the first line says of the run. */
export type ExportHead = Pick<RunRecord, "runId" | "name" | "experiment" | "status" | "startTime" | "endTime">;

/** Texts up to this size go along; of larger and of binary artifacts only name, size and sha256. */
const TEXT_LIMIT_BYTES = 64 * 1024;

/**
 * A run as the values of a JSONL file, one a line, for `writeJsonl`: everything but large and binary artifacts. The same
 * run gives the same lines.
 */
export function* exportRun(store: Store, idOrPrefix: string): Generator<ExportLine> {
  const run = store.run(idOrPrefix);
  const { runId, name, experiment, status, startTime, endTime } = run;
  yield { type: "run", schema: EXPORT_SCHEMA, runId, name, experiment, status, startTime, endTime };
  for (const [key, value] of Object.entries(run.params)) yield { type: "param", key, value };
  for (const [key, value] of Object.entries(run.tags)) yield { type: "tag", key, value };
  for (const key of Object.keys(run.metrics))
    for (const point of store.history(runId, key)) yield { type: "metric", ...point, value: toJson(point.value) };
  for (const input of store.inputs(runId)) yield { type: "dataset", ...input };
  for (const record of store.artifacts(runId)) yield { type: "artifact", ...record, ...textOf(store, runId, record) };
}

function toJson(value: number): number | NonFinite {
  return Number.isFinite(value) ? value : (String(value) as NonFinite);
}

function textOf(store: Store, runId: string, { path, size }: ArtifactRecord): { text?: string } {
  if (size > TEXT_LIMIT_BYTES || !store.hasArtifactFile(runId, path)) return {};
  const bytes = Buffer.from(store.readArtifact(runId, path));
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? { text } : {};
}
