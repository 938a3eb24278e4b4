import type { Driver } from "../driver.ts";

/** What is known of a run on a server. */
export interface SyncedRun {
  remoteId: string;
  /** The last point sent, by `metrics.seq`. */
  seq: number;
  /** Of all that was equal on both sides; empty while something is still to be sent. */
  digest: string;
}

/** A store's memory of one server. */
export class SyncState {
  private readonly db: Driver;
  private readonly server: string;

  /** @param server its address, without credentials */
  constructor(db: Driver, server: string) {
    this.db = db;
    this.server = server;
  }

  /** @param run its number in table `runs` */
  find(run: number): SyncedRun | undefined {
    const sql = "SELECT remote_id AS remoteId, seq, digest FROM synced_runs WHERE server = ? AND run = ?";
    return this.db.get<SyncedRun>(sql, this.server, run);
  }

  /**
   * Begins to know a run, or knows it anew as another one: nothing of it was sent then.
   *
   * @param before the id by which it was known, if by any
   * @returns how it is known: as another process has it that was faster
   */
  link(run: number, remoteId: string, before?: string): SyncedRun {
    return this.db.write(() => {
      const now = this.find(run);
      if (now !== undefined && now.remoteId !== before) return now;
      this.db.run("DELETE FROM synced_runs WHERE server = ? AND run = ?", this.server, run);
      this.db.run("INSERT INTO synced_runs(server, run, remote_id) VALUES(?, ?, ?)", this.server, run, remoteId);
      return { remoteId, seq: 0, digest: "" };
    });
  }

  /** Knows a run no longer. */
  unlink(run: number): void {
    this.db.run("DELETE FROM synced_runs WHERE server = ? AND run = ?", this.server, run);
  }

  /** All points up to this one are on the server. */
  sentPoints(run: number, seq: number): void {
    this.db.run("UPDATE synced_runs SET seq = ? WHERE server = ? AND run = ?", seq, this.server, run);
  }

  /** Both sides are equal, or, with an empty digest, no longer. */
  settle(run: number, digest: string): void {
    this.db.run("UPDATE synced_runs SET digest = ? WHERE server = ? AND run = ?", digest, this.server, run);
  }

  /** The sha256 of a file that is on the server. */
  sentFile(run: number, path: string): string | undefined {
    const sql = "SELECT sha256 FROM synced_artifacts WHERE server = ? AND run = ? AND path = ?";
    return this.db.get<{ sha256: string }>(sql, this.server, run, path)?.sha256;
  }

  /** A file is on the server. */
  noteFile(run: number, path: string, sha256: string): void {
    this.db.run("INSERT OR REPLACE INTO synced_artifacts VALUES(?, ?, ?, ?)", this.server, run, path, sha256);
  }
}
