import { statfs } from "node:fs/promises";
import { type SystemSource, tenths } from "./systemSource.ts";

/** Sizes of a file system, in blocks of `bsize` bytes: all, free, and free for users. */
export interface DiskSizes {
  bsize: number;
  blocks: number;
  bfree: number;
  bavail: number;
}

/**
 * The disk that a folder lies on: `disk_usage_percentage` (of what users may fill), `disk_usage_megabytes` and
 * `disk_available_megabytes` (10^6 bytes). It is the store's disk, whose end a run would feel; MLflow looks at `/`.
 *
 * A lost network folder answers late or never, so the answer is awaited beside the run, one at a time.
 *
 * @see MLflow 3.17.2, `system_metrics/metrics/disk_monitor.py`
 */
export function diskSource(
  folder: string,
  ask: (folder: string) => Promise<DiskSizes> = (path) => statfs(path, { bigint: false }),
): SystemSource {
  let known: Record<string, number> = {};
  let isAsked = false;
  return {
    read() {
      const values = known;
      known = {};
      if (!isAsked) {
        isAsked = true;
        ask(folder)
          .then((sizes) => {
            known = valuesOf(sizes);
          })
          .catch(() => {})
          .finally(() => {
            isAsked = false;
          });
      }
      return values;
    },
    close() {},
  };
}

function valuesOf({ bsize, blocks, bfree, bavail }: DiskSizes): Record<string, number> {
  const used = blocks - bfree;
  // Some file systems, of memory or of a network, tell of no blocks at all.
  if (used + bavail === 0) return {};
  const megabytes = (count: number): number => tenths((count * bsize) / 1e6);
  return {
    disk_usage_percentage: tenths((100 * used) / (used + bavail)),
    disk_usage_megabytes: megabytes(used),
    disk_available_megabytes: megabytes(bavail),
  };
}
