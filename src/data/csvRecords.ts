import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { CsvError, parse } from "csv-parse";
import { InputError } from "../base/errors.ts";

/** The fields of a record, and the line on which it ends. */
export interface RecordCells {
  /** 1 is the first. */
  line: number;
  /** Null where nothing stands between two separators, `""` where the text is quoted and empty. */
  cells: (string | null)[];
}

/**
 * The records of a CSV file (RFC 4180, UTF-8, a mark of byte order and \n alone allowed, gzip when its name says so), the
 * texts in quotes as they stand. Empty lines are skipped.
 *
 * @throws {InputError} no such file, a quote that is never closed or stands in the midst of a text, no gzip
 */
export async function csvRecords(path: string): Promise<RecordCells[]> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    cast: (text, { quoting }) => (text === "" && !quoting ? null : text),
  });
  const records: RecordCells[] = [];
  // The parser counts \r\n within quotes as two lines.
  let twice = 0;
  parser.on("data", ({ record, info }: { record: (string | null)[]; info: { lines: number } }) => {
    for (const cell of record) twice += cell?.split("\r\n").length ?? 1;
    twice -= record.length;
    records.push({ line: info.lines - twice, cells: record });
  });
  const source = createReadStream(path);
  try {
    if (path.endsWith(".gz")) await pipeline(source, createGunzip(), parser);
    else await pipeline(source, parser);
  } catch (error) {
    throw explained(error, path);
  }
  return records;
}

function explained(error: unknown, path: string): unknown {
  const code = (error as { code?: unknown }).code;
  const problem = { ENOENT: "there is no such file", EISDIR: "is a folder" }[String(code)];
  if (problem !== undefined) return new InputError(path, problem, "Check its path.", { cause: error });
  if (typeof code === "string" && code.startsWith("Z_"))
    return new InputError(path, "its gzip is damaged", "Fetch the file again.", { cause: error });
  if (!(error instanceof CsvError)) return error;
  const line = typeof error.lines === "number" ? error.lines : 1;
  const words = error.message.replace(/\.$/, "");
  return new InputError(`${path}:${line}`, words, "Mend or remove the line.", { cause: error });
}
