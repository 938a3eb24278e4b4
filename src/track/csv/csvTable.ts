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

/**
 * A CSV file with a line of names: its columns and its records. Pandas' column without a name, which counts the rows, is
 * passed over.
 *
 * @param name what errors call the file
 * @throws {InputError} no line of names, a name twice, a record of another length
 */
export function csvTable(records: readonly CsvRecord[], name: string): { columns: string[]; rows: NamedRecord[] } {
  const [head, ...body] = records;
  if (head === undefined) throw new InputError(name, "is empty", "The first line must name the columns.");
  const names = head.cells.map((cell) => cell ?? "");
  const places = new Map<string, number>();
  for (const [i, column] of names.entries()) {
    if (column !== "" && places.has(column))
      throw new InputError(`${name}:${head.line}`, `two columns are named \`${column}\``, "Rename one.");
    if (column !== "") places.set(column, i);
  }
  const rows = body.map(({ line, cells }): NamedRecord => {
    const who = `${name}:${line}`;
    if (cells.length !== names.length)
      throw new InputError(who, `has ${cells.length} fields, the first line has ${names.length}`, "Mend the line.");
    return { who, get: (column) => cells[places.get(column) ?? -1] ?? undefined };
  });
  return { columns: [...places.keys()], rows };
}
