import { useEffect, useMemo, useState } from "preact/hooks";
import type { LiveEvent } from "../pageWire.ts";

/** Hears what is written to runs. */
export type LiveListener = (event: LiveEvent) => void;

/** Hands events of the server to those who listen. */
export interface LiveFeed {
  /** @returns what ends the listening */
  listen(listener: LiveListener): () => void;
}

// A browser opens six connections to a server, for all its tabs together. So a page has one stream, whatever it watches,
// and none while it is not looked at.
const watched = new Map<object, readonly string[]>();
const listeners = new Set<LiveListener>();
const changeListeners = new Set<() => void>();
let source: EventSource | undefined;
/** Points up to here are known; null: from the moment of asking. */
let seq: number | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Several views begin to watch in one go: one connection serves them. */
function reconnect(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    source?.close();
    source = undefined;
    if (document.visibilityState !== "visible") return;
    const ids = [...new Set([...watched.values()].flat())];
    const query = new URLSearchParams(ids.map((id) => ["run", id]));
    if (seq !== null) query.set("after", String(seq));
    source = new EventSource(`/page/live?${query}`);
    source.onmessage = ({ data, lastEventId }) => {
      seq = Number(lastEventId);
      const event = JSON.parse(data) as LiveEvent;
      for (const listener of listeners) listener(event);
    };
    source.addEventListener("changed", () => {
      for (const listener of changeListeners) listener();
    });
  }, 0);
}

document.addEventListener("visibilitychange", () => {
  reconnect();
  if (document.visibilityState === "visible") for (const listener of changeListeners) listener();
});

/**
 * The points that runs log from now on, as they come.
 * @param ids  the runs; empty: nothing is listened to
 * @param after  the `seq` up to which points are known; "now": from the moment of asking; null: not yet known
 */
export function useLiveFeed(ids: readonly string[], after: number | "now" | null): LiveFeed {
  const key = ids.join(" ");
  useEffect(() => {
    if (key === "" || after === null) return;
    const mine = {};
    watched.set(mine, key.split(" "));
    // Points that come twice are known by their step and time.
    if (after !== "now") seq = seq === null ? after : Math.min(seq, after);
    reconnect();
    return () => {
      watched.delete(mine);
      if (watched.size === 0) seq = null;
      reconnect();
    };
  }, [key, after === null]);
  return useMemo(
    () => ({
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
    [],
  );
}

/** A number that grows when anything in the store changed, at most every two seconds. */
export function useStoreVersion(): number {
  const [version, set] = useState(0);
  useEffect(() => {
    let wait: ReturnType<typeof setTimeout> | undefined;
    const listen = (): void => {
      wait ??= setTimeout(() => {
        wait = undefined;
        set((old) => old + 1);
      }, 2_000);
    };
    changeListeners.add(listen);
    reconnect();
    return () => {
      changeListeners.delete(listen);
      clearTimeout(wait);
    };
  }, []);
  return version;
}
