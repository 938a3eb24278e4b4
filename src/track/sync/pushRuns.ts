import type { OnProgress } from "../../base/progress.ts";
import { PARENT_TAG } from "../runRecord.ts";
import type { RunRow } from "../runRow.ts";
import type { Store } from "../store.ts";
import { isOfRun } from "./isOfRun.ts";
import type { MlflowServer } from "./mlflowServer.ts";
import { pushRun } from "./pushRun.ts";
import { remoteRun } from "./remoteRun.ts";
import { SyncState } from "./syncState.ts";

/** What a push did. */
export interface PushReport {
  /** The server's address, without credentials. */
  server: string;
  /** Runs looked at, made there, changed there (made ones too). */
  runs: number;
  created: number;
  changed: number;
  params: number;
  tags: number;
  points: number;
  files: number;
  /** What could not be sent, and why. */
  problems: { runId: string; problem: string }[];
}

/** Options of `pushRuns`. */
export interface PushOptions {
  /** Only runs of this experiment. Default: all. */
  experiment?: string;
  /** Only this run, and those nested in it: a whole id. */
  below?: string;
  onProgress?: OnProgress;
}

/**
 * Sends all runs of a store to an MLflow server, each into the experiment of its name; parents before their children.
 * Deleted runs stay. A run that the server refuses is told, and the others go on. A server that has none of the runs it
 * was sent was set up anew, and gets all of them again.
 *
 * @throws {ServerError} when the server does not answer or lets nobody in: what was sent is known and not sent again
 */
export async function pushRuns(store: Store, server: MlflowServer, options: PushOptions = {}): Promise<PushReport> {
  store.markCrashed();
  const state = new SyncState(store.parts.db, server.address);
  const rows = store.parts.db.all<RunRow>(
    `SELECT r.* FROM runs r JOIN experiments e USING(experiment)
      WHERE r.lifecycle_stage = 'active' AND e.name = coalesce(?, e.name)
        AND (? IS NULL OR r.run IN (WITH RECURSIVE inner(run, run_id) AS (
          SELECT run, run_id FROM runs WHERE run_id = ?
          UNION SELECT c.run, c.run_id FROM inner JOIN tags t ON t.key = '${PARENT_TAG}' AND t.value = inner.run_id
            JOIN runs c ON c.run = t.run) SELECT run FROM inner))
      ORDER BY r.run`,
    ...[options.experiment ?? null, options.below ?? null, options.below ?? null],
  );
  const report: PushReport = {
    server: server.address,
    ...{ runs: rows.length, created: 0, changed: 0, params: 0, tags: 0, points: 0, files: 0, problems: [] },
  };
  await forgetReset(server, state, rows);
  for (const [done, row] of rows.entries()) {
    // it came from there
    if (state.find(row.run)?.remoteId === row.run_id) continue;
    options.onProgress?.({ done, total: rows.length, note: row.name });
    try {
      const pushed = await pushRun({ store, server, state }, row, remoteParent(store, state, row));
      if (pushed === undefined) continue;
      report.created += Number(pushed.created);
      report.changed += 1;
      for (const what of ["params", "tags", "points", "files"] as const) report[what] += pushed[what];
      for (const problem of pushed.refused) report.problems.push({ runId: row.run_id, problem });
      if (pushed.filesLeft !== undefined)
        report.problems.push({
          runId: row.run_id,
          problem: `${pushed.filesLeft.count} files stayed here: ${pushed.filesLeft.why}`,
        });
    } catch (error) {
      if (!isOfRun(error)) throw error;
      report.problems.push({ runId: row.run_id, problem: error.message });
    }
  }
  return report;
}

/** One run that is there speaks for all: most pushes ask once. */
async function forgetReset(server: MlflowServer, state: SyncState, rows: readonly RunRow[]): Promise<void> {
  const gone: number[] = [];
  for (const { run, run_id } of rows) {
    const link = state.find(run);
    if (link === undefined || link.remoteId === run_id) continue;
    if ((await remoteRun(server, link.remoteId)) !== undefined) return;
    gone.push(run);
  }
  for (const run of gone) state.unlink(run);
}

function remoteParent(store: Store, state: SyncState, { run_id }: RunRow): string | undefined {
  const parent = store.run(run_id).tags[PARENT_TAG];
  if (parent === undefined) return undefined;
  const row = store.parts.db.get<{ run: number }>("SELECT run FROM runs WHERE run_id = ?", parent);
  return row && state.find(row.run)?.remoteId;
}
