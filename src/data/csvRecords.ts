import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
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
 * The records of a CSV file (RFC 4180, UTF-8, a mark of byte order and \n alone allowed, gzip when its name says so), one
 * after the other, the texts in quotes as they stand. Empty lines are skipped.
 *
 * @throws {InputError} no such file, a quote that is never closed or stands in the midst of a text, no gzip
 */
export async function* csvRecords(path: string): AsyncGenerator<RecordCells> {
  let records: RecordCells[] = [];
  // The parser counts \r\n within quotes as two lines.
  let twice = 0;
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    cast: (text, { quoting }) => (text === "" && !quoting ? null : text),
    // Taken here, a chunk of the file at a time: one by one out of the stream they cost ten times as much.
    on_record: (cells: (string | null)[], { lines }) => {
      for (const cell of cells) if (cell?.includes("\r\n")) twice += cell.split("\r\n").length - 1;
      records.push({ line: lines - twice, cells });
      return null;
    },
  });
  // Its errors come with the chunk that they are in.
  parser.on("error", () => {}).resume();
  const take = (work: (done: (error?: Error | null) => void) => void): Promise<RecordCells[]> =>
    new Promise((resolve, reject) => {
      work((error) => {
        if (error) return reject(error);
        resolve(records);
        records = [];
      });
    });
  const source = createReadStream(path);
  try {
    const bytes = path.endsWith(".gz") ? pipeline(source, createGunzip(), () => {}) : source;
    for await (const chunk of bytes) yield* await take((done) => parser.write(chunk, done));
    yield* await take((done) => parser.end(done));
  } catch (error) {
    throw explained(error, path);
  }
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
