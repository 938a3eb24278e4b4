import { InputError } from "../../base/errors.ts";
import { readArrow } from "../readArrow.ts";
import { looseCsv } from "./looseCsv.ts";
import { looseDocument } from "./looseDocument.ts";
import { looseJsonl } from "./looseJsonl.ts";
import { looseLines } from "./looseLines.ts";
import { looseParquet } from "./looseParquet.ts";
import { type LooseRow, rejected } from "./looseRow.ts";

/** How the text files of an import are cut: a passage is a line, a paragraph (blank lines between) or the file. */
export type TextUnit = "line" | "paragraph" | "file";

/** Endings of the files that can be collected. */
export const COLLECTED_ENDINGS: RegExp = /\.(jsonl|ndjson|csv|tsv|parquet|arrow|feather|txt|html?)(\.gz)?$/i;

/**
 * The rows of a file, streamed, those that cannot be read among them with the reason: JSONL, CSV, TSV, plain text,
 * HTML (each also with `.gz`), Parquet and Arrow, told by the name.
 *
 * @throws {InputError} another kind of file, a CSV file without field names; {Error} what `node:fs` throws
 */
export function looseRows(path: string, unit: TextUnit = "line"): AsyncGenerator<LooseRow> {
  const ending = COLLECTED_ENDINGS.exec(path)?.[1].toLowerCase();
  if (ending === "jsonl" || ending === "ndjson") return looseJsonl(path);
  if (ending === "csv") return looseCsv(path, ",");
  if (ending === "tsv") return looseCsv(path, "\t");
  if (ending === "parquet") return looseParquet(path);
  if (ending === "arrow" || ending === "feather") return looseArrow(path);
  if (ending === "html" || ending === "htm") return looseDocument(path, "html");
  if (ending === "txt") return unit === "file" ? looseDocument(path, "text") : textRows(path, unit);
  const known = ".jsonl, .ndjson, .csv, .tsv, .txt, .html (also with .gz), .parquet, .arrow or .feather";
  throw new InputError(path, "the name does not tell the file's kind", `It must end in ${known}.`);
}

async function* looseArrow(path: string): AsyncGenerator<LooseRow> {
  let line = 0;
  try {
    for await (const { values } of readArrow(path)) yield { line: ++line, values: { ...values } };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    yield rejected(line + 1, error.message, "");
  }
}

async function* textRows(path: string, unit: "line" | "paragraph"): AsyncGenerator<LooseRow> {
  let open: string[] = [];
  let start = 1;
  const close = (): LooseRow => {
    const passage = open.join("\n").trim();
    open = [];
    return { line: start, values: { passage } };
  };
  for await (const { number, text, problem } of looseLines(path)) {
    if (problem !== undefined) {
      yield rejected(number, problem, text);
      continue;
    }
    const blank = text.trim() === "";
    if (open.length > 0 && (blank || unit === "line")) yield close();
    if (blank) continue;
    if (open.length === 0) start = number;
    open.push(text);
  }
  if (open.length > 0) yield close();
}
