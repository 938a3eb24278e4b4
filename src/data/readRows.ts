import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/jsonl.ts";
import { readArrow } from "./readArrow.ts";
import { readCsv } from "./readCsv.ts";
import { readParquet } from "./readParquet.ts";
import { type SourceRow, sourceRow } from "./sourceRow.ts";

/**
 * The rows of a data file, streamed: `.jsonl`, `.ndjson`, `.csv`, `.tsv` (each also with `.gz`), `.parquet`, `.arrow`
 * or `.feather`.
 *
 * @throws {InputError} with file and line or row, for a row that cannot be read; for a file without rows; for another
 *                      kind of file
 */
export async function* readRows(path: string): AsyncGenerator<SourceRow> {
  let rows = 0;
  for await (const row of readerOf(path)) {
    rows++;
    yield row;
  }
  if (rows === 0) throw new InputError(path, "has no rows", "Name a file with at least one row.");
}

function readerOf(path: string): AsyncGenerator<SourceRow> {
  const kind = /\.([a-z]+)(\.gz)?$/i.exec(path);
  const extension = kind?.[1].toLowerCase();
  if (extension === "jsonl" || extension === "ndjson") return jsonlRows(path);
  if (extension === "csv") return readCsv(path, ",");
  if (extension === "tsv") return readCsv(path, "\t");
  if (extension === "parquet") return readParquet(path);
  if (extension === "arrow" || extension === "feather") return readArrow(path);
  const known = ".jsonl, .ndjson, .csv, .tsv (also with .gz), .parquet, .arrow or .feather";
  throw new InputError(path, "the name does not tell the file's kind", `It must end in ${known}.`);
}

async function* jsonlRows(path: string): AsyncGenerator<SourceRow> {
  for await (const { line, value } of readJsonl(path)) yield sourceRow(`${path}:${line}`, value);
}
