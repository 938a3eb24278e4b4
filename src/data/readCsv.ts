import { CsvError, parse } from "csv-parse";
import { InputError } from "../base/errors.ts";
import { readLines } from "../base/lines.ts";
import { type SourceRow, sourceRow } from "./sourceRow.ts";

/**
 * The rows of a CSV or TSV file (RFC 4180, first line = field names, UTF-8, gzip allowed), streamed. All values are
 * texts. An error names the line on which the row ends, since a quoted text may hold line ends (all come as `\n`).
 *
 * @throws {InputError} a missing header, a repeated or empty field name, a row with too few or too many fields, a
 *                      quote that is never closed
 */
export async function* readCsv(path: string, delimiter: "," | "\t"): AsyncGenerator<SourceRow> {
  const parser = parse({
    columns: (names: string[]) => header(path, names),
    delimiter,
    info: true,
    // A quote that is never closed must not read a large file into memory.
    max_record_size: 1 << 28,
    skip_empty_lines: true,
  });
  let failure: unknown;
  const feed = (async () => {
    for await (const { text } of readLines(path)) {
      if (parser.write(`${text}\n`) || parser.destroyed) continue;
      await new Promise<void>((go) => {
        parser.once("drain", go);
        parser.once("close", go);
      });
    }
    parser.end();
  })().catch((error) => {
    failure = error;
    parser.destroy(error as Error);
  });
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: unknown; info: { lines: number } }>)
      yield sourceRow(`${path}:${info.lines}`, record);
    await feed;
  } catch (error) {
    throw failure ?? explained(error, path);
  } finally {
    parser.destroy();
  }
}

function header(path: string, names: string[]): string[] {
  const seen = new Set<string>();
  for (const name of names) {
    if (name.trim() === "" || seen.has(name))
      throw new InputError(
        `${path}:1`,
        `each field needs a name of its own, got ${JSON.stringify(names)}`,
        "Mend the first line.",
      );
    seen.add(name);
  }
  return names;
}

function explained(error: unknown, path: string): unknown {
  if (!(error instanceof CsvError)) return error;
  const line = typeof error.lines === "number" ? error.lines : 1;
  return new InputError(`${path}:${line}`, error.message.replace(/\.$/, ""), "Mend or remove the line.", {
    cause: error,
  });
}
