import type { RunRow } from "../runRow.ts";
import type { PushParts } from "./pushRun.ts";
import { remoteHistory } from "./remoteHistory.ts";
import { ServerError } from "./serverError.ts";
import type { SyncedRun } from "./syncState.ts";
import { fromWire, toWire } from "./wire.ts";

/** What one call of `runs/log-batch` may hold. */
const MOST_POINTS = 1000;

interface Point {
  seq: number;
  key: string;
  step: number;
  timestamp: number;
  value: number;
}

/**
 * Sends the points of a run that were logged after the last one sent, in the order of logging.
 *
 * A server keeps an identical point once, so a part that was sent and not noted here may go again; only a NaN it then
 * refuses (MLflow 3), so those that are there already are left out.
 *
 * @returns how many were sent
 * @throws {ServerError}
 */
export async function pushPoints({ store, server, state }: PushParts, row: RunRow, link: SyncedRun): Promise<number> {
  const { db } = store.parts;
  let [seq, sent] = [link.seq, 0];
  for (;;) {
    const rows = db.all<Point & { is_nan: number }>(
      `SELECT seq, name AS key, step, timestamp, value, is_nan FROM metrics JOIN metric_keys USING(key)
        WHERE run = ? AND seq > ? ORDER BY seq LIMIT ${MOST_POINTS}`,
      ...[row.run, seq],
    );
    if (rows.length === 0) return sent;
    const points = rows.map(({ is_nan, ...point }) => ({ ...point, value: is_nan === 1 ? Number.NaN : point.value }));
    await send(points);
    seq = points.at(-1)!.seq;
    sent += points.length;
    state.sentPoints(row.run, seq);
  }

  async function send(points: readonly Point[]): Promise<void> {
    try {
      await log(points);
    } catch (error) {
      const isRefused = error instanceof ServerError && error.status >= 400 && error.status < 500;
      if (!isRefused || points.every(({ value }) => !Number.isNaN(value))) throw error;
      const fresh = await withoutKnownNaNs(points);
      if (fresh.length === points.length) throw error;
      if (fresh.length > 0) await log(fresh);
    }
  }

  async function log(points: readonly Point[]): Promise<void> {
    const metrics = points.map(({ seq: _, value, ...point }) => ({ ...point, value: toWire(value) }));
    await server.post("runs/log-batch", { run_id: link.remoteId, metrics });
  }

  async function withoutKnownNaNs(points: readonly Point[]): Promise<Point[]> {
    const keys = new Set(points.filter(({ value }) => Number.isNaN(value)).map(({ key }) => key));
    const there = new Set<string>();
    for (const key of keys)
      for await (const page of remoteHistory(server, link.remoteId, key))
        for (const { value, step, timestamp } of page)
          if (Number.isNaN(fromWire(value))) there.add(placeOf(key, Number(step), Number(timestamp)));
    return points.filter(
      ({ key, step, timestamp, value }) => !Number.isNaN(value) || !there.has(placeOf(key, step, timestamp)),
    );
  }
}

function placeOf(key: string, step: number, timestamp: number): string {
  return JSON.stringify([key, step, timestamp]);
}
