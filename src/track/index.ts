/** The tracker's public door: `sulam/track`. Needs no other part of sulam. */
export type { Cell, Table } from "../base/table.ts";
export type { ArtifactRecord } from "./artifacts.ts";
export type { ExperimentRecord } from "./experiments.ts";
export { type ExportLine, exportRun } from "./exportRun.ts";
export type { RunOrder, RunQuery } from "./findRuns.ts";
export { importRuns } from "./importRuns.ts";
export type { DatasetInput } from "./inputs.ts";
export type { MetricPoint } from "./logBatch.ts";
export { openStore, type StoreOptions } from "./openStore.ts";
export type { Run, RunOptions } from "./run.ts";
export type { RunRecord, RunStatus } from "./runRecord.ts";
export { endRun, startRun } from "./startRun.ts";
export type { Store } from "./store.ts";
export { storeDir } from "./storeDir.ts";
export { StoreError } from "./storeError.ts";
export { TrackError, type TrackErrorCode } from "./trackError.ts";
export { type WithRunOptions, withRun } from "./withRun.ts";
