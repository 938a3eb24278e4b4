import { readFile } from "node:fs/promises";
import { type Table, tableFromIPC } from "@uwdata/flechette";
import { InputError } from "../base/errors.ts";
import { type SourceRow, sourceRow } from "./sourceRow.ts";

/**
 * The rows of an Arrow IPC file or stream (also called Feather version 2), uncompressed. The whole file is in memory:
 * its columns are views of its bytes, rows are made one at a time.
 *
 * @throws {InputError} a missing, truncated, damaged or compressed file
 */
export async function* readArrow(path: string): AsyncGenerator<SourceRow> {
  let table: Table;
  try {
    table = tableFromIPC(await readFile(path));
  } catch (error) {
    throw explained(error, path);
  }
  if (table.numCols === 0)
    throw new InputError(path, "cannot be read as Arrow (no column found)", "Is this an Arrow IPC file?");
  for (let i = 0; i < table.numRows; i++) {
    const where = `${path} row ${i + 1}`;
    let row: unknown;
    try {
      row = table.at(i);
    } catch (error) {
      throw explained(error, where);
    }
    yield sourceRow(where, row);
  }
}

function explained(error: unknown, who: string): InputError {
  if ((error as NodeJS.ErrnoException).code === "ENOENT")
    return new InputError(who, "no such file", "Check the path.", { cause: error });
  const problem = `cannot be read as Arrow (${(error as Error).message})`;
  return new InputError(who, problem, "Copy the file again, or write it without compression.", { cause: error });
}
