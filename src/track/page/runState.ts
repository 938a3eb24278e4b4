import type { Driver } from "../driver.ts";
import type { RunRow } from "../runRow.ts";
import type { RunState } from "./pageWire.ts";

/** A process that has a run open says so every 15 s, even when it logs nothing. */
const SILENT_WRITER_MS = 90_000;
/** A run made through REST has no such sign of life, only its points. */
const SILENT_CLIENT_MS = 30 * 60_000;

/** What of a run's row tells how it stands. */
export type StateRow = Pick<RunRow, "run" | "status" | "crashed" | "start_time">;

/** How runs stand. A run that should write and has been silent is stale: nobody knows whether its process lives. */
export function runStates(db: Driver, rows: readonly StateRow[], now: number): Map<number, RunState> {
  const running = rows.filter((row) => row.status === "RUNNING").map((row) => row.run);
  const sql = `SELECT r.run, w.heartbeat, (SELECT max(timestamp) FROM latest l WHERE l.run = r.run) AS seen
    FROM runs r LEFT JOIN writers w USING(run) WHERE r.run IN (SELECT value FROM json_each(?))`;
  const signs = new Map(
    db
      .all<{ run: number; heartbeat: number | null; seen: number | null }>(sql, JSON.stringify(running))
      .map((sign) => [sign.run, sign]),
  );
  return new Map(
    rows.map((row): [number, RunState] => {
      if (row.crashed === 1) return [row.run, "CRASHED"];
      if (row.status !== "RUNNING") return [row.run, row.status];
      const { heartbeat = null, seen = null } = signs.get(row.run) ?? {};
      const silence = now - Math.max(heartbeat ?? 0, seen ?? 0, row.start_time);
      const patience = heartbeat === null ? SILENT_CLIENT_MS : SILENT_WRITER_MS;
      return [row.run, silence > patience ? "STALE" : "RUNNING"];
    }),
  );
}
