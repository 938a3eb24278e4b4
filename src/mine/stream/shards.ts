import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import type { OnProgress } from "../../base/progress.ts";
import { linesOf } from "./linesOf.ts";
import { progressClock } from "./progressClock.ts";
import { writeWhole } from "./writeWhole.ts";

/** Work on rows, cut into shards. */
export interface ShardedWork {
  /** Rows in all, and of a shard at most. */
  total: number;
  rows: number;
  /** Lines, or texts of several, of rows from .. from + rows; it may report the share of them that is done. */
  make: (from: number, rows: number, report: (share: number) => void) => Promise<Iterable<string>>;
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

/** A finished shard: rows from .. to. */
const SHARD = /^(\d+)-(\d+)\.jsonl$/;

/**
 * A folder of finished shards, each written beside its place, flushed and renamed. After kill -9 the same call takes
 * those that are there and makes the others, however it cuts them, so that no row is lost or repeated.
 */
export class Shards {
  readonly folder: string;

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
    mkdirSync(folder, { recursive: true });
    shards.require("call", JSON.stringify(inputs));
    return shards;
  }

  /**
   * Notes one more thing that the shards hang on, or finds it noted.
   *
   * @throws {InputError} another value was noted, and something is done already
   */
  require(name: string, value: string): void {
    const path = join(this.folder, `${name}.json`);
    if (this.areNone || !existsSync(path)) writeWhole(path, [value]);
    if (readFileSync(path, "utf8") === value) return;
    throw new InputError(
      this.folder,
      "holds parts of a call with other files or options",
      "Remove it, or name another output.",
    );
  }

  /** Whether nothing is done yet, no shard and no vectors: another call loses nothing when it takes the folder. */
  get areNone(): boolean {
    return readdirSync(this.folder).every((name) => !SHARD.test(name) && !name.endsWith(".npy.json"));
  }

  /** Makes the shards that are not there. */
  async fill({ total, rows: most, make, now, onProgress, signal }: ShardedWork): Promise<ShardCounts> {
    const counts = { made: 0, resumed: 0 };
    const clock = progressClock(total, { now, onProgress });
    const known = this.ranges();
    for (let from = 0; from < total; ) {
      const found = known.find((range) => range.from === from);
      if (found !== undefined) {
        counts.resumed++;
        clock.skip(found.to - from);
        from = found.to;
        continue;
      }
      const next = known.find((range) => range.from > from)?.from ?? total;
      const rows = Math.min(most, next - from);
      const report = (share: number): void => {
        signal?.throwIfAborted();
        clock.report(share * rows);
      };
      writeWhole(join(this.folder, nameOf(from, from + rows)), await make(from, rows, report));
      counts.made++;
      clock.done(rows);
      from += rows;
    }
    return counts;
  }

  /** How many shards are there. */
  get count(): number {
    return this.ranges().length;
  }

  /** The lines of all shards, in order, once they are filled. */
  *lines(): Generator<string> {
    let at = 0;
    for (const { from, to } of this.ranges()) {
      // two processes at one folder can have cut it in two ways
      if (from !== at) continue;
      at = to;
      yield* linesOf(join(this.folder, nameOf(from, to)));
    }
  }

  /** Removes the folder. */
  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** What is done, by its first row. */
  private ranges(): { from: number; to: number }[] {
    const ranges = readdirSync(this.folder).flatMap((name) => {
      const [, from, to] = SHARD.exec(name) ?? [];
      return from === undefined ? [] : [{ from: Number(from), to: Number(to) }];
    });
    return ranges.sort((a, b) => a.from - b.from || a.to - b.to);
  }
}

function nameOf(from: number, to: number): string {
  return `${String(from).padStart(12, "0")}-${String(to).padStart(12, "0")}.jsonl`;
}
