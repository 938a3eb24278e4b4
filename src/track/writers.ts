import type { Driver } from "./driver.ts";
import { isAlive, type ProcessIdentity } from "./processIdentity.ts";
import { isSystemMetric } from "./system/isSystemMetric.ts";
import { TrackError } from "./trackError.ts";

/** Somebody who has a run open: at most one per run. */
export interface Writer extends ProcessIdentity {
  /** Tells two openings within one process apart. */
  token: string;
}

/** Tag with the reason why a run failed or crashed. */
export const ERROR_TAG = "sulam.error";

/**
 * A writer on another host cannot be asked whether it lives. It is taken for dead after this silence; should it speak
 * again, its next write opens the run anew.
 */
export const SILENCE_MS: number = 10 * 60_000;

/** A fresher sign of life than this is not written again: it would cost every call a page of the file. */
const BEAT_MS = 5_000;

interface WriterRow extends Writer {
  run: number;
  heartbeat: number;
}

/**
 * The processes that have runs open: one writer per run, and runs of dead writers are marked as crashed.
 */
export class Writers {
  private readonly db: Driver;
  private readonly now: () => number;
  private readonly alive: (other: ProcessIdentity) => boolean | undefined;

  /** @param alive whether a process still runs; a test passes its own */
  constructor(db: Driver, now: () => number, alive: (other: ProcessIdentity) => boolean | undefined = isAlive) {
    this.db = db;
    this.now = now;
    this.alive = alive;
  }

  /** Opens `run` for `writer`. @throws {TrackError} INVALID_STATE when a live process has it open */
  claim(run: number, writer: Writer): void {
    this.db.write(() => {
      const other = this.db.get<WriterRow>("SELECT * FROM writers WHERE run = ?", run);
      if (other !== undefined && other.token !== writer.token && this.lives(other))
        throw new TrackError(
          "INVALID_STATE",
          "run",
          `it is being written by process ${other.pid}${other.host === writer.host ? "" : ` on ${other.host}`}`,
          "Let that process end, or start a run of its own.",
        );
      this.insert(run, writer);
      this.db.run("UPDATE runs SET status = 'RUNNING', crashed = 0, end_time = NULL WHERE run = ?", run);
      this.db.run("DELETE FROM tags WHERE run = ? AND key = ?", run, ERROR_TAG);
    });
  }

  /**
   * Says that `writer` lives and still has `run`, inside the transaction that writes. A run that was taken for crashed
   * is opened again. @throws {TrackError} INVALID_STATE when another process opened the run meanwhile
   */
  beat(run: number, writer: Writer): void {
    const row = this.db.get<WriterRow>("SELECT * FROM writers WHERE run = ?", run);
    if (row === undefined) {
      this.claim(run, writer);
      return;
    }
    if (row.token !== writer.token)
      throw new TrackError(
        "INVALID_STATE",
        "run",
        "another process opened it meanwhile",
        "Let one process write a run at a time.",
      );
    const now = this.now();
    if (Math.abs(now - row.heartbeat) >= BEAT_MS)
      this.db.run("UPDATE writers SET heartbeat = ? WHERE run = ?", now, run);
  }

  /** `writer` has ended `run`. */
  release(run: number, writer: Writer): void {
    this.db.run("DELETE FROM writers WHERE run = ? AND token = ?", run, writer.token);
  }

  /** Marks the runs of dead writers as crashed (status FAILED and the error tag). @returns how many */
  markCrashed(): number {
    const dead = this.db.all<WriterRow>("SELECT * FROM writers").filter((row) => !this.lives(row));
    if (dead.length === 0) return 0;
    return this.db.write(() => dead.filter((row) => this.bury(row)).length);
  }

  private bury(row: WriterRow): boolean {
    // The token and heartbeat are compared again: the run may have been opened anew since we looked.
    const gone = this.db.run(
      "DELETE FROM writers WHERE run = ? AND token = ? AND heartbeat = ?",
      row.run,
      row.token,
      row.heartbeat,
    );
    if (gone.changes === 0) return false;
    const latest = this.db.all<{ name: string; step: number; timestamp: number }>(
      "SELECT name, step, timestamp FROM latest JOIN metric_keys USING(key) WHERE run = ?",
      row.run,
    );
    const end = latest.reduce((last, { timestamp }) => Math.max(last, timestamp), row.heartbeat);
    const steps = latest.flatMap(({ name, step }) => (isSystemMetric(name) ? [] : [step]));
    this.db.run("UPDATE runs SET status = 'FAILED', crashed = 1, end_time = ? WHERE run = ?", end, row.run);
    const reason = `process ${row.pid} ended without a word${steps.length === 0 ? "" : `; its last step was ${Math.max(...steps)}`}`;
    this.db.run("INSERT OR REPLACE INTO tags VALUES(?, ?, ?)", row.run, ERROR_TAG, reason);
    return true;
  }

  private lives(row: WriterRow): boolean {
    return this.alive(row) ?? this.now() - row.heartbeat < SILENCE_MS;
  }

  private insert(run: number, writer: Writer): void {
    const { token, host, pid, started } = writer;
    const sql = "INSERT OR REPLACE INTO writers(run, token, host, pid, started, heartbeat) VALUES(?, ?, ?, ?, ?, ?)";
    this.db.run(sql, run, token, host, pid, started, this.now());
  }
}
