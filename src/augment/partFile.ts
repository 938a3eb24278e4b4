import { createReadStream, existsSync } from "node:fs";
import { type FileHandle, open, truncate } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/jsonl.ts";
import type { Made } from "./syntheticRow.ts";

/** What came of one parent, as a line of the file. */
export interface PartLine extends Made {
  parent: string;
}

const SYNC_EVERY = 64;

/**
 * Work that is under way: a line of settings, then a line for each parent, in their order. Killed at any moment, at
 * most its last line is broken, which the next opening cuts off.
 */
export class PartFile {
  readonly path: string;
  /** Parents that earlier work has done. */
  readonly done: number;
  private readonly file: FileHandle;
  private unsynced = 0;

  private constructor(path: string, file: FileHandle, done: number) {
    this.path = path;
    this.file = file;
    this.done = done;
  }

  /** @throws {InputError} the file was begun with other settings */
  static async open(path: string, settings: unknown): Promise<PartFile> {
    const wanted = JSON.parse(JSON.stringify(settings)) as Record<string, unknown>;
    const { first, lines, bytes } = await wholeLines(path);
    if (first !== undefined && !isDeepStrictEqual(first, wanted)) {
      const other = Object.keys(wanted).filter((key) => !isDeepStrictEqual(first[key], wanted[key]));
      const problem = `holds work that was begun with another ${other.join(", ") || "version"}`;
      throw new InputError(path, problem, "Go on with the same settings, or remove the file to begin anew.");
    }
    if (existsSync(path)) await truncate(path, first === undefined ? 0 : bytes);
    const file = await open(path, "a");
    if (first === undefined) await file.appendFile(`${JSON.stringify(wanted)}\n`);
    return new PartFile(path, file, Math.max(0, lines - 1));
  }

  async add(line: PartLine): Promise<void> {
    await this.file.appendFile(`${JSON.stringify(line)}\n`);
    if (++this.unsynced < SYNC_EVERY) return;
    await this.file.datasync();
    this.unsynced = 0;
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  /** The lines so far. */
  async *lines(): AsyncGenerator<PartLine> {
    for await (const { line, value } of readJsonl(this.path)) if (line > 1) yield value as PartLine;
  }
}

/** The lines that are whole: each has its end, and is JSON. */
async function wholeLines(path: string): Promise<{ first?: Record<string, unknown>; lines: number; bytes: number }> {
  const found: { first?: Record<string, unknown>; lines: number; bytes: number } = { lines: 0, bytes: 0 };
  if (!existsSync(path)) return found;
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      try {
        const value = JSON.parse(rest.toString("utf8", 0, end));
        found.first ??= value;
      } catch {
        return found;
      }
      found.lines++;
      found.bytes += end + 1;
      rest = rest.subarray(end + 1);
    }
  }
  return found;
}
