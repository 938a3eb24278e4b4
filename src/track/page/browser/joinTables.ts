import type { RunTable } from "../pageWire.ts";
import type { Cell, PlainTable } from "./measures.ts";

/** The column that tells of which run a row is; holds the run's id. */
export const RUN_COLUMN = "run";

/** The tables of several runs below each other, each row with its run in front; columns that only some have are empty elsewhere. */
export function joinTables(tables: readonly RunTable[]): PlainTable {
  const given = tables.flatMap(({ run, table }) => (table === null ? [] : [{ run, table }]));
  const columns = [...new Set(given.flatMap(({ table }) => table.columns))];
  const rows = given.flatMap(({ run, table }) =>
    table.rows.map((row): Cell[] => [
      run,
      ...columns.map((name) => {
        const at = table.columns.indexOf(name);
        return at < 0 ? null : (row[at] ?? null);
      }),
    ]),
  );
  return { columns: [RUN_COLUMN, ...columns], rows };
}
