import type { OnProgress } from "../../base/progress.ts";

/** Reports how far a stream has come. */
export interface ProgressClock {
  /** `open` queries' worth of the shard at hand is done. */
  report(open: number): void;
  /** A shard was there already. */
  skip(rows: number): void;
  /** A shard was made. */
  done(rows: number): void;
}

/**
 * Progress in queries, with the time left at the speed so far; shards that were there count as done, not as fast.
 *
 * @param now milliseconds
 */
export function progressClock(
  total: number,
  { now = Date.now, onProgress }: { now?: () => number; onProgress?: OnProgress },
): ProgressClock {
  const start = now();
  let [done, made] = [0, 0];
  const report = (open: number): void => {
    const seconds = (now() - start) / 1000;
    const speed = (made + open) / seconds;
    const left = (total - done - open) / speed;
    const note = Number.isFinite(left) ? `${timeText(left)} left` : undefined;
    onProgress?.({ done: Math.floor(done + open), total, note });
  };
  return {
    report,
    skip: (rows: number): void => {
      done += rows;
    },
    done: (rows: number): void => {
      done += rows;
      made += rows;
      report(0);
    },
  };
}

function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
