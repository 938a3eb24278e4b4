import { type ColumnTable, table as columnTable } from "arquero";
import type { Table } from "../base/table.ts";

/** A plain table as an arquero table, to filter, join and pivot it in a notebook. */
export function evalTable({ columns, rows }: Table): ColumnTable {
  return columnTable(Object.fromEntries(columns.map((name, j) => [name, rows.map((row) => row[j])])), columns);
}
