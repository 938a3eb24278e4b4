import { InputError } from "../../base/errors.ts";

/** One record of a CSV file. */
export interface CsvRecord {
  /** The line on which it ends; 1 is the first. */
  line: number;
  /** Null where nothing stands between two separators; `""` is the empty text. */
  cells: readonly (string | null)[];
}

/** A record by its columns' names. */
export interface NamedRecord {
  /** What errors call it: `runs.csv:3`. */
  who: string;
  /** Undefined where there is no such column, or nothing in it. */
  get(column: string): string | undefined;
}

/** A CSV file whose first line was read. */
export interface CsvTable {
  /** What errors call it. */
  name: string;
  /** The names of the columns. */
  columns: string[];
  /** The lines that follow, to be gone through once. @throws {InputError} a record of another length */
  rows: AsyncIterable<NamedRecord>;
}

/**
 * A CSV file with a line of names: its columns and its records. Pandas' column without a name, which counts the rows, is
 * passed over.
 *
 * @param name what errors call the file
 * @throws {InputError} no line of names, a name twice
 */
export async function csvTable(records: AsyncIterableIterator<CsvRecord>, name: string): Promise<CsvTable> {
  const head = await records.next();
  if (head.done) throw new InputError(name, "is empty", "The first line must name the columns.");
  const names = head.value.cells.map((cell) => cell ?? "");
  const places = new Map<string, number>();
  for (const [i, column] of names.entries()) {
    if (column !== "" && places.has(column))
      throw new InputError(`${name}:${head.value.line}`, `two columns are named \`${column}\``, "Rename one.");
    if (column !== "") places.set(column, i);
  }
  async function* rows(): AsyncGenerator<NamedRecord> {
    for await (const { line, cells } of records) {
      const who = `${name}:${line}`;
      if (cells.length !== names.length)
        throw new InputError(who, `has ${cells.length} fields, the first line has ${names.length}`, "Mend the line.");
      yield { who, get: (column) => cells[places.get(column) ?? -1] ?? undefined };
    }
  }
  return { name, columns: [...places.keys()], rows: rows() };
}
