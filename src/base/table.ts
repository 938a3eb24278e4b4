/** One cell of a table. */
export type Cell = string | number | boolean | null;

/**
 * A table as plain values: the form in which rooms hand tables to each other, and the JSON that commands print.
 * `rows[i][j]` belongs to `columns[j]`.
 */
export interface Table {
  columns: string[];
  rows: Cell[][];
}
