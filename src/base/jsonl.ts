import { open, rename, rm } from "node:fs/promises";
import { InputError } from "./errors.ts";
import { readLines } from "./lines.ts";

/** One value of a JSONL file and the line it stands on (1 for the first). */
export interface JsonLine {
  line: number;
  value: unknown;
}

/**
 * The values of a JSONL file (one JSON value a line, gzip allowed), streamed. Blank lines are skipped.
 *
 * @param source a path, or byte chunks such as standard input
 * @param name   what errors call it; default: the path
 * @throws {InputError} with file and line when a line is not JSON, and what `readLines` throws
 */
export async function* readJsonl(source: string | AsyncIterable<Uint8Array>, name?: string): AsyncGenerator<JsonLine> {
  const who = name ?? (typeof source === "string" ? source : "input");
  for await (const { number, text } of readLines(source, name)) {
    if (text.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text;
      throw new InputError(`${who}:${number}`, `the line is not JSON: ${shown}`, "Mend or remove the line.", { cause });
    }
    yield { line: number, value };
  }
}

/**
 * Writes one JSON value a line. The file appears whole or not at all: it is written beside its place, flushed to the
 * disk, then renamed.
 *
 * @returns the number of lines
 * @throws  {Error} what the disk or `values` throws; an older file at `path` is then untouched
 */
export async function writeJsonl(path: string, values: Iterable<unknown> | AsyncIterable<unknown>): Promise<number> {
  const beside = `${path}.${process.pid}.part`;
  const file = await open(beside, "w");
  let lines = 0;
  try {
    let text = "";
    for await (const value of values) {
      text += `${JSON.stringify(value)}\n`;
      lines++;
      if (text.length < 1 << 20) continue;
      await file.writeFile(text);
      text = "";
    }
    await file.writeFile(text);
    await file.sync();
    await file.close();
    await rename(beside, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(beside, { force: true });
    throw error;
  }
  return lines;
}
