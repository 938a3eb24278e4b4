import { parse } from "csv-parse/sync";
import { InputError } from "../../base/errors.ts";
import { type LooseLine, looseLines } from "./looseLines.ts";
import { type LooseRow, rejected } from "./looseRow.ts";

/** A quoted text goes on over so many lines at most; a quote that is never closed then costs its own line only. */
const MOST_LINES = 2000;

/**
 * The rows of a CSV or TSV file (RFC 4180, first line = field names), streamed; all values are texts. A row that cannot
 * be read is set aside; where its quotes do not close, its first line is, and reading goes on with the next.
 *
 * @throws {InputError} a first line that does not name each field
 */
export async function* looseCsv(path: string, delimiter: "," | "\t"): AsyncGenerator<LooseRow> {
  const lines = looseLines(path);
  const ahead: LooseLine[] = [];
  let ended = false;
  const fill = async (count: number): Promise<void> => {
    while (!ended && ahead.length < count) {
      const next = await lines.next();
      if (next.done) ended = true;
      else ahead.push(next.value);
    }
  };
  let names: string[] | undefined;
  try {
    for (await fill(1); ahead.length > 0; await fill(1)) {
      let size = 1;
      for (let quotes = quotesOf(ahead[0].text); quotes % 2 === 1 && size < MOST_LINES; size++) {
        await fill(size + 1);
        if (ahead.length <= size) break;
        quotes += quotesOf(ahead[size].text);
      }
      const record = ahead.slice(0, size);
      const bad = record.find(({ problem }) => problem !== undefined);
      const text = record.map((line) => line.text).join("\n");
      const { number: line } = record[0];
      const cells = bad === undefined ? cellsOf(text, delimiter) : `line ${bad.number}: ${bad.problem}`;
      if (names === undefined) {
        names = header(path, cells);
        ahead.splice(0, record.length);
      } else if (typeof cells === "string") {
        yield rejected(line, cells, ahead[0].text);
        ahead.splice(0, 1);
      } else {
        ahead.splice(0, record.length);
        if (text.trim() === "") continue;
        if (cells.length !== names.length)
          yield rejected(line, `the row has ${cells.length} fields, the first line names ${names.length}`, text);
        else yield { line, values: Object.fromEntries(names.map((name, i) => [name, cells[i]])) };
      }
    }
  } finally {
    await lines.return(undefined);
  }
}

function quotesOf(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
}

/** The cells of one record, or why there are none. */
function cellsOf(text: string, delimiter: string): string[] | string {
  if (!text.includes('"')) return text.split(delimiter);
  try {
    const [cells = []] = parse(text, { delimiter, relax_column_count: true }) as string[][];
    return cells;
  } catch (error) {
    return (error as Error).message.replace(/ on line \d+| at line \d+/g, "");
  }
}

function header(path: string, names: string[] | string): string[] {
  if (Array.isArray(names) && names.every((name) => name.trim() !== "") && new Set(names).size === names.length)
    return names;
  throw new InputError(
    `${path}:1`,
    `each field needs a name of its own, got ${JSON.stringify(names)}`,
    "Mend the first line.",
  );
}
