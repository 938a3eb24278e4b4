import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Table } from "../base/table.ts";
import { type ArtifactRecord, type ArtifactSource, Artifacts, checkArtifactPath } from "./artifacts.ts";
import { compareRuns } from "./compareRuns.ts";
import type { Driver } from "./driver.ts";
import type { ExperimentRecord } from "./experimentRecord.ts";
import { Experiments } from "./experiments.ts";
import { findRuns, type RunQuery } from "./findRuns.ts";
import { checkInput, type DatasetInput, listInputs, logInput } from "./inputs.ts";
import { type Batch, checkBatch, logBatch, type MetricPoint, NAME_TAG } from "./logBatch.ts";
import { MetricKeys } from "./metricKeys.ts";
import { processIdentity } from "./processIdentity.ts";
import { type ExperimentSearch, searchExperiments } from "./query/searchExperiments.ts";
import { type RunSearch, searchRuns } from "./query/searchRuns.ts";
import { runData } from "./runData.ts";
import { runName } from "./runName.ts";
import { type RunRecord, type RunStatus, runRecord } from "./runRecord.ts";
import { type RunRow, runRow } from "./runRow.ts";
import { RunWriter, type StoreParts } from "./runWriter.ts";
import { StoreError } from "./storeError.ts";
import { tableFromJson } from "./tableJson.ts";
import { TrackError } from "./trackError.ts";
import { Writers } from "./writers.ts";

/** What a new run is given. */
export interface NewRun {
  /** Default: experiment `0`. */
  experimentId?: string;
  /** Default: a made-up one. */
  name?: string;
  userId?: string;
  /** Milliseconds since 1970. Default: now. */
  startTime?: number;
  tags?: Readonly<Record<string, string>>;
  /** 32 hex digits. Default: a fresh one. */
  runId?: string;
}

/** Where artifacts of tables lie below a run's artifact folder. */
export const TABLE_FOLDER = "tables";

/**
 * A store of runs: one SQLite file and a folder of artifacts. Any number of processes may have it open.
 *
 * Reading gives plain values; runs whose process died are marked as crashed first. Writing here is for those who serve
 * or edit runs (each call one transaction, on any active run); code that makes a run uses `withRun` or `startRun`.
 *
 * @throws {TrackError} from every method, when the caller is wrong: unknown run, bad name, deleted run
 * @throws {StoreError} from every method, when the files cannot be read or written
 */
export class Store {
  /** The folder of the store. */
  readonly dir: string;
  readonly experiments: Experiments;
  /** For this room only. */
  readonly parts: StoreParts;

  /** Use `openStore`. @param db a driver whose schema is current */
  constructor(dir: string, db: Driver, now: () => number) {
    this.dir = dir;
    const artifacts = new Artifacts(db, join(dir, "artifacts"), now);
    this.parts = { db, keys: new MetricKeys(db), writers: new Writers(db, now), artifacts, now };
    this.experiments = new Experiments(db, now);
  }

  // -- reading -----------------------------------------------------------------------------------------------------
  /**
   * Marks the runs whose process died. Every reading call here does it first; those who read `parts` do it themselves.
   * A store that can be read but not written (a full disk, say) must still list its runs.
   */
  markCrashed(): void {
    try {
      this.parts.writers.markCrashed();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  /** The runs that fit, newest first unless ordered otherwise. */
  runs(query: RunQuery = {}): RunRecord[] {
    this.markCrashed();
    return findRuns(this.parts.db, this.parts.keys, query);
  }

  /** The runs that fit a filter in MLflow's language, in pages. */
  searchRuns(search: RunSearch = {}): { runs: RunRecord[]; nextPageToken?: string } {
    this.markCrashed();
    const { runs, ...more } = searchRuns(this.parts.db, search);
    return { runs: runs.map(runRecord), ...more };
  }

  /** The experiments that fit a filter in MLflow's language, in pages. */
  searchExperiments(search: ExperimentSearch = {}): { experiments: ExperimentRecord[]; nextPageToken?: string } {
    return searchExperiments(this.parts.db, search);
  }

  /** One run, by its id or a beginning of it that no other id has. */
  run(idOrPrefix: string): RunRecord {
    this.markCrashed();
    const { db } = this.parts;
    return db.read(() => runRecord(runData(db, [this.row(idOrPrefix)])[0]));
  }

  /** Every point of a curve by step, then time; empty when nothing was logged under `key`. */
  history(idOrPrefix: string, key: string): MetricPoint[] {
    const sql = `SELECT step, timestamp, value, is_nan FROM metrics WHERE run = ? AND key = ?
      ORDER BY step, timestamp, value`;
    const number = this.parts.keys.find(key) ?? null;
    const rows = this.parts.db.all<Omit<MetricPoint, "key"> & { is_nan: number }>(
      sql,
      this.row(idOrPrefix).run,
      number,
    );
    return rows.map(({ step, timestamp, value, is_nan }) => {
      return { key, value: is_nan === 1 ? Number.NaN : value, step, timestamp };
    });
  }

  /** Runs side by side, a row per field. */
  compare(idsOrPrefixes: readonly string[]): Table {
    return compareRuns(idsOrPrefixes.map((id) => this.run(id)));
  }

  /** The data sets that a run used. */
  inputs(idOrPrefix: string): DatasetInput[] {
    return listInputs(this.parts.db, this.row(idOrPrefix).run);
  }

  /** A run's files. @param below only those in this folder */
  artifacts(idOrPrefix: string, below?: string): ArtifactRecord[] {
    return this.parts.artifacts.list(this.row(idOrPrefix).run, below);
  }

  /** The path on this disk of one of a run's files. */
  artifactFile(idOrPrefix: string, path: string): string {
    return this.parts.artifacts.locate(this.row(idOrPrefix), path);
  }

  /** Whether the file is on this disk: of an imported run, only names and hashes may be known. */
  hasArtifactFile(idOrPrefix: string, path: string): boolean {
    return existsSync(this.artifactFile(idOrPrefix, path));
  }

  /** The bytes of one of a run's files. */
  readArtifact(idOrPrefix: string, path: string): Uint8Array {
    const file = this.artifactFile(idOrPrefix, path);
    try {
      return readFileSync(file);
    } catch (error) {
      throw StoreError.from(error, file);
    }
  }

  /** The tables that a run logged, by name; of an imported run those that travelled with it. */
  tables(idOrPrefix: string): Record<string, Table> {
    const files = this.artifacts(idOrPrefix, TABLE_FOLDER).filter(
      ({ path }) => path.endsWith(".json") && this.hasArtifactFile(idOrPrefix, path),
    );
    return Object.fromEntries(
      files.map(({ path }) => [
        path.slice(TABLE_FOLDER.length + 1, -".json".length),
        tableFromJson(Buffer.from(this.readArtifact(idOrPrefix, path)).toString("utf8")),
      ]),
    );
  }

  // -- writing -----------------------------------------------------------------------------------------------------
  /** Makes a run that stands as RUNNING. @returns its id */
  createRun(run: NewRun = {}): string {
    const { db, now } = this.parts;
    const runId = run.runId ?? randomUUID().replaceAll("-", "");
    const name = run.name || run.tags?.[NAME_TAG] || runName(runId);
    const tags = { ...run.tags, [NAME_TAG]: name };
    checkBatch({ tags });
    db.write(() => {
      const experiment = this.experiments.get(run.experimentId ?? "0");
      if (experiment.lifecycleStage !== "active")
        throw new TrackError("INVALID_STATE", "experiment", `\`${experiment.name}\` is deleted`, "Use another one.");
      const { id } = db.run(
        `INSERT INTO runs(run_id, experiment, name, user_id, status, start_time, lifecycle_stage, artifact_uri)
          VALUES(?, ?, ?, ?, 'RUNNING', ?, 'active', ?)`,
        ...[runId, Number(experiment.experimentId), name, run.userId ?? "", run.startTime ?? now()],
        `${experiment.artifactLocation}/${runId}/artifacts`,
      );
      logBatch(db, this.parts.keys, id, { tags });
    });
    return runId;
  }

  /**
   * Opens a run, made now or before, for writing by this process.
   * @param first what is logged in the same transaction
   * @throws {TrackError} INVALID_STATE when another live process writes the run; it is left as it is
   */
  openRun(run: NewRun | string, first: Batch = {}): RunWriter {
    checkBatch(first);
    return this.parts.db.write(() => {
      const runId = typeof run === "string" ? run : this.createRun(run);
      const writer = new RunWriter(this.parts, this.row(runId), { ...processIdentity(), token: randomUUID() });
      writer.log(first);
      return writer;
    });
  }

  /** Logs metrics, params and tags: all of the batch or nothing. */
  log(idOrPrefix: string, batch: Batch): void {
    checkBatch(batch);
    this.edit(idOrPrefix, (row) => logBatch(this.parts.db, this.parts.keys, row.run, batch));
  }

  /** Notes data sets that the run used. */
  logInputs(idOrPrefix: string, inputs: readonly DatasetInput[]): void {
    inputs.forEach(checkInput);
    this.edit(idOrPrefix, (row) => {
      for (const input of inputs) logInput(this.parts.db, row.run, input);
    });
  }

  /** Stores a file with the run. */
  putArtifact(idOrPrefix: string, path: string, source: ArtifactSource): ArtifactRecord {
    return this.parts.artifacts.put(this.activeRow(idOrPrefix), path, source);
  }

  /** Lists a file that is not here, by its hash. */
  noteArtifact(idOrPrefix: string, record: ArtifactRecord): void {
    checkArtifactPath(record.path);
    this.edit(idOrPrefix, ({ run }) => this.parts.artifacts.note(run, record));
  }

  /** Does several calls as one: all or nothing (but files that were stored stay, unlisted). */
  atomically<R>(work: () => R): R {
    return this.parts.db.write(work);
  }

  /** Changes a run's status, end or name. */
  updateRun(idOrPrefix: string, change: { status?: RunStatus; endTime?: number; name?: string }): void {
    this.edit(idOrPrefix, ({ run }) => {
      const { db, keys } = this.parts;
      if (change.status !== undefined) {
        const isCrash = change.status === "CRASHED";
        const sql = "UPDATE runs SET status = ?, crashed = ? WHERE run = ?";
        db.run(sql, isCrash ? "FAILED" : change.status, isCrash ? 1 : 0, run);
      }
      if (change.endTime !== undefined) db.run("UPDATE runs SET end_time = ? WHERE run = ?", change.endTime, run);
      if (change.name !== undefined) logBatch(db, keys, run, { tags: { [NAME_TAG]: change.name } });
    });
  }

  /** Takes a tag away. @throws {TrackError} RESOURCE_DOES_NOT_EXIST when the run has no such tag */
  deleteTag(idOrPrefix: string, key: string): void {
    this.edit(idOrPrefix, ({ run, run_id }) => {
      if (this.parts.db.run("DELETE FROM tags WHERE run = ? AND key = ?", run, key).changes === 0)
        throw new TrackError(
          "RESOURCE_DOES_NOT_EXIST",
          "tag",
          `run ${run_id} has no tag \`${key}\``,
          "Look at its tags.",
        );
    });
  }

  /** Hides a run; nothing of it is lost. */
  deleteRun(idOrPrefix: string): void {
    this.edit(idOrPrefix, ({ run }) => {
      const sql = "UPDATE runs SET lifecycle_stage = 'deleted', deleted_time = ? WHERE run = ?";
      this.parts.db.run(sql, this.parts.now(), run);
    });
  }

  /** Undoes `deleteRun`. */
  restoreRun(idOrPrefix: string): void {
    const sql =
      "UPDATE runs SET lifecycle_stage = 'active', deleted_time = NULL, deleted_with_experiment = 0 WHERE run = ?";
    this.parts.db.run(sql, this.row(idOrPrefix).run);
  }

  /** Closes the files. The store is of no use afterwards. */
  close(): void {
    this.parts.db.close();
  }

  private row(idOrPrefix: string): RunRow {
    return runRow(this.parts.db, idOrPrefix);
  }

  private activeRow(idOrPrefix: string): RunRow {
    const row = this.row(idOrPrefix);
    if (row.lifecycle_stage !== "active")
      throw new TrackError("INVALID_STATE", "run", `${row.run_id} is deleted`, "Restore it first.");
    return row;
  }

  private edit(idOrPrefix: string, work: (row: RunRow) => void): void {
    this.parts.db.write(() => work(this.activeRow(idOrPrefix)));
  }
}
