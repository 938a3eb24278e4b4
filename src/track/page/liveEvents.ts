import type { RunRow } from "../runRow.ts";
import { numberJson } from "../server/wire.ts";
import type { Store } from "../store.ts";
import type { LiveEvent, WireNumber } from "./pageWire.ts";
import { runStates } from "./runState.ts";

/** What `liveEvents` takes. */
export interface LiveOptions {
  /** The runs that are watched; empty: only that something changed is told. */
  runs: readonly RunRow[];
  /** Points up to this `seq` are known already; left out: all that are there now. */
  after?: number;
  /** Ends the stream. */
  signal: AbortSignal;
}

/** How often the store is looked at. */
const LOOK_MS = 1_000;
/** A proxy takes a connection without a word for dead. */
const ALIVE_MS = 15_000;
/** Points of one event; the rest follows in the next. */
const POINTS = 20_000;

/**
 * Server-sent events about a store (HTML standard, section 9.2). Any process may write to it, so it is looked at once a
 * second; as long as SQLite's counters say that nothing was written, that costs two pragmas.
 *
 * `changed` says that something was written. With runs, an event without a name holds a `LiveEvent`, and its id is the
 * `seq` from which another stream goes on; the first tells how the runs stand.
 */
export function liveEvents(store: Store, options: LiveOptions): ReadableStream<Uint8Array> {
  const text = new TextEncoder();
  const { signal } = options;
  let timer: NodeJS.Timeout;
  let stop = (): void => {};
  return new ReadableStream({
    start(controller) {
      const look = watcher(store, options);
      let silent = 0;
      const tick = (): void => {
        let event = "";
        try {
          event = look();
        } catch {
          // A store that is busy or gone for a moment is asked again.
        }
        silent = event === "" ? silent + LOOK_MS : 0;
        if (silent >= ALIVE_MS) {
          event = ": alive\n\n";
          silent = 0;
        }
        if (event !== "") controller.enqueue(text.encode(event));
      };
      stop = () => {
        clearInterval(timer);
        controller.close();
      };
      controller.enqueue(text.encode("retry: 2000\n\n"));
      timer = setInterval(tick, LOOK_MS);
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    },
    cancel() {
      clearInterval(timer);
      signal.removeEventListener("abort", stop);
    },
  });
}

/** @returns a function that gives the next event as text, or "" when there is none */
function watcher(store: Store, { runs, after }: LiveOptions): () => string {
  const { db, now } = store.parts;
  const list = JSON.stringify(runs.map(({ run }) => run));
  const ids = new Map(runs.map(({ run, run_id }) => [run, run_id]));
  let seq = after ?? db.get<{ seq: number | null }>("SELECT max(seq) AS seq FROM metrics")?.seq ?? 0;
  let seen = runs.length === 0 ? fingerprint(store) : "";
  let isFirst = runs.length > 0;
  let known = "";
  return () => {
    store.markCrashed();
    const print = fingerprint(store);
    const isChanged = print !== seen;
    seen = print;
    const changed = isChanged && !isFirst ? "event: changed\ndata: {}\n\n" : "";
    isFirst = false;
    if (runs.length === 0) return changed;
    return db.read(() => {
      const rows = db.all<RunRow>("SELECT * FROM runs WHERE run IN (SELECT value FROM json_each(?))", list);
      const states = runStates(db, rows, now());
      const points = isChanged ? db.all<PointRow>(POINTS_AFTER, seq, list, POINTS) : [];
      // What did not fit comes with the next look.
      if (points.length === POINTS) seen = "";
      seq = points.at(-1)?.seq ?? seq;
      const event: LiveEvent = {
        states: rows.map((row) => ({ id: row.run_id, state: states.get(row.run)!, end: row.end_time })),
        points: points.map(({ run, key, step, timestamp, value, is_nan }) => {
          const number = is_nan === 1 ? "NaN" : (numberJson(value) as WireNumber);
          return { run: ids.get(run)!, key, step, time: timestamp, value: number };
        }),
      };
      const standing = JSON.stringify(event.states);
      if (points.length === 0 && standing === known) return changed;
      known = standing;
      return `${changed}id: ${seq}\ndata: ${JSON.stringify(event)}\n\n`;
    });
  };
}

interface PointRow {
  seq: number;
  run: number;
  key: string;
  step: number;
  timestamp: number;
  value: number;
  is_nan: number;
}

const POINTS_AFTER = `SELECT m.seq, m.run, k.name AS key, m.step, m.timestamp, m.value, m.is_nan
  FROM metrics m JOIN metric_keys k USING(key)
  WHERE m.seq > ? AND m.run IN (SELECT value FROM json_each(?)) ORDER BY m.seq LIMIT ?`;

/** `data_version` counts other connections' commits, `total_changes` our own. */
function fingerprint({ parts: { db } }: Store): string {
  const own = db.get<{ n: number }>("SELECT total_changes() AS n")?.n;
  return `${db.pragma("data_version")} ${own}`;
}
