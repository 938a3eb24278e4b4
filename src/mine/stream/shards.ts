import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import type { OnProgress } from "../../base/progress.ts";
import { progressClock } from "./progressClock.ts";
import { writeWhole } from "./writeWhole.ts";

/** Work on rows, cut into shards. */
export interface ShardedWork {
  /** Rows in all, and of a shard as `cut` gives them. */
  total: number;
  rows: number;
  /** The text of rows from .. from + rows; it may report the share of them that is done. */
  make: (from: number, rows: number, report: (share: number) => void) => Promise<string>;
  /** Milliseconds; default the system's clock. For the time left in progress. */
  now?: () => number;
  /** Called after each piece of work, in rows, with the time left in its note. */
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** Shards that were made now, and found done from an earlier try. */
export interface ShardCounts {
  made: number;
  resumed: number;
}

/**
 * A folder of finished shards, each written beside its place, flushed and renamed. After kill -9 the same call takes
 * those that are there and makes the others, so that no row is lost or repeated.
 */
export class Shards {
  readonly folder: string;
  private names: string[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Makes the folder, or finds it to belong to this very call.
   *
   * @param inputs whatever the shards hang on, as JSON
   * @throws {InputError} shards of another call
   */
  static open(folder: string, inputs: unknown): Shards {
    const shards = new Shards(folder);
    const asked = JSON.stringify(inputs);
    const isOther = (): boolean => noted(join(folder, "call.json"), asked) !== asked;
    mkdirSync(folder, { recursive: true });
    if (isOther() && shards.areNone) {
      shards.remove();
      mkdirSync(folder);
    }
    if (!isOther()) return shards;
    throw new InputError(
      folder,
      "holds parts of a call with other files or options",
      "Remove it, or name another output.",
    );
  }

  /** Whether nothing is done yet: another call loses nothing when it takes the folder. */
  get areNone(): boolean {
    return readdirSync(this.folder).every((name) => name === "call.json" || name === "rows.json");
  }

  /** Rows of a shard, which is a wish: the cut of the first try holds. */
  cut(rows: number): number {
    return Number(noted(join(this.folder, "rows.json"), String(rows)));
  }

  /** Makes the shards that are not there. */
  async fill({ total, rows: most, make, now, onProgress, signal }: ShardedWork): Promise<ShardCounts> {
    const counts = { made: 0, resumed: 0 };
    const clock = progressClock(total, { now, onProgress });
    this.names = [];
    for (let from = 0; from < total; from += most) {
      const rows = Math.min(most, total - from);
      const name = join(this.folder, `${String(from).padStart(12, "0")}.jsonl`);
      this.names.push(name);
      if (existsSync(name)) {
        counts.resumed++;
        clock.skip(rows);
        continue;
      }
      const text = await make(from, rows, (share) => {
        signal?.throwIfAborted();
        clock.report(share * rows);
      });
      writeWhole(name, [text]);
      counts.made++;
      clock.done(rows);
    }
    return counts;
  }

  /** The texts of all shards, in order, once they are filled. */
  *texts(): Generator<string> {
    for (const name of this.names) yield readFileSync(name, "utf8");
  }

  /** Removes the folder. */
  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** What a file says, after it was made to say `text` if it was not there. */
function noted(path: string, text: string): string {
  if (!existsSync(path)) writeWhole(path, [text]);
  return readFileSync(path, "utf8");
}
