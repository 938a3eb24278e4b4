import type { ArtifactRecord, ArtifactSource, Artifacts } from "./artifacts.ts";
import type { Driver } from "./driver.ts";
import { type DatasetInput, logInput } from "./inputs.ts";
import { type Batch, logBatch } from "./logBatch.ts";
import type { MetricKeys } from "./metricKeys.ts";
import type { MlflowStatus, RunRow } from "./runRow.ts";
import { TrackError } from "./trackError.ts";
import type { Writer, Writers } from "./writers.ts";

/** The parts of an open store that writing takes. */
export interface StoreParts {
  db: Driver;
  keys: MetricKeys;
  writers: Writers;
  artifacts: Artifacts;
  now: () => number;
}

/**
 * One run, open for writing by one process. Every call is one transaction: when it returns, what it was given is
 * stored and a kill -9 cannot take it back; when it throws, nothing of it is.
 *
 * @throws {TrackError} INVALID_STATE from every call when the run was deleted or another process opened it meanwhile
 * @throws {StoreError} from every call when the store cannot be written
 */
export class RunWriter {
  readonly row: RunRow;
  private readonly parts: StoreParts;
  private readonly writer: Writer;

  /** Opens the run. @throws {TrackError} INVALID_STATE when another live process has it open */
  constructor(parts: StoreParts, row: RunRow, writer: Writer) {
    this.parts = parts;
    this.row = row;
    this.writer = writer;
    parts.db.write(() => {
      this.checkActive();
      parts.writers.claim(row.run, writer);
    });
  }

  /** The greatest step of each curve so far. */
  lastSteps(): Map<string, number> {
    const sql = "SELECT k.name, l.step FROM latest l JOIN metric_keys k USING(key) WHERE l.run = ?";
    const rows = this.parts.db.all<{ name: string; step: number }>(sql, this.row.run);
    return new Map(rows.map(({ name, step }) => [name, step]));
  }

  /** Logs a batch that `checkBatch` has passed. @throws {TrackError} INVALID_PARAMETER_VALUE when a param changes */
  log(batch: Batch): void {
    this.write(() => logBatch(this.parts.db, this.parts.keys, this.row.run, batch));
  }

  /** Notes a data set that `checkInput` has passed. */
  input(input: DatasetInput): void {
    this.write(() => logInput(this.parts.db, this.row.run, input));
  }

  /** Stores a file. */
  artifact(path: string, source: ArtifactSource): ArtifactRecord {
    this.beat();
    return this.parts.artifacts.put(this.row, path, source);
  }

  /** Says that this process lives. */
  beat(): void {
    this.write(() => {});
  }

  /**
   * Ends the run and lets go of it. The end is never before the start, even when the clock went back; it is written
   * through to the disk, so that from here on a power cut takes nothing of the run.
   */
  end(status: MlflowStatus, tags: Readonly<Record<string, string>> = {}): void {
    const { db, keys, writers, now } = this.parts;
    this.write(() => {
      logBatch(db, keys, this.row.run, { tags });
      const sql = "UPDATE runs SET status = ?, end_time = max(start_time, ?) WHERE run = ?";
      db.run(sql, status, now(), this.row.run);
      writers.release(this.row.run, this.writer);
    });
    try {
      db.pragma("wal_checkpoint(PASSIVE)");
    } catch {
      // The end is stored; only its way to the disk takes longer.
    }
  }

  private write(work: () => void): void {
    this.parts.db.write(() => {
      this.checkActive();
      this.parts.writers.beat(this.row.run, this.writer);
      work();
    });
  }

  private checkActive(): void {
    const sql = "SELECT lifecycle_stage AS stage FROM runs WHERE run = ?";
    const stage = this.parts.db.get<{ stage: string }>(sql, this.row.run)?.stage;
    if (stage !== "active")
      throw new TrackError(
        "INVALID_STATE",
        "run",
        `${this.row.run_id} is deleted`,
        "Restore it with `store.restoreRun`.",
      );
  }
}
