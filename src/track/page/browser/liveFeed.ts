import { useEffect, useMemo, useState } from "preact/hooks";
import type { LiveEvent } from "../pageWire.ts";

/** Hears what is written to runs. */
export type LiveListener = (event: LiveEvent) => void;

/** Hands events of the server to those who listen. */
export interface LiveFeed {
  listen(listener: LiveListener): () => void;
}

/**
 * The points that runs log from now on, as they come.
 * @param ids  the runs; empty: nothing is listened to
 * @param after  the `seq` up to which points are known; "now": from the moment of asking; null: not yet known
 */
export function useLiveFeed(ids: readonly string[], after: number | "now" | null): LiveFeed {
  const listeners = useMemo(() => new Set<LiveListener>(), []);
  const key = ids.join(" ");
  useEffect(() => {
    if (key === "" || after === null) return;
    const from = after === "now" ? [] : [["after", String(after)]];
    const query = new URLSearchParams([...key.split(" ").map((id) => ["run", id]), ...from]);
    const source = new EventSource(`/page/live?${query}`);
    source.onmessage = ({ data }) => {
      const event = JSON.parse(data) as LiveEvent;
      for (const listener of listeners) listener(event);
    };
    return () => source.close();
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

/** A number that grows when anything in the store changed, at most once in a while: the slower the answers, the rarer. */
export function useStoreVersion(): number {
  const [version, set] = useState(0);
  useEffect(() => {
    const source = new EventSource("/page/live");
    let timer: ReturnType<typeof setTimeout> | undefined;
    source.addEventListener("changed", () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        if (document.visibilityState === "visible") set((old) => old + 1);
      }, 2_000);
    });
    return () => {
      source.close();
      clearTimeout(timer);
    };
  }, []);
  return version;
}
