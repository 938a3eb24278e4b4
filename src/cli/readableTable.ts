import type { Table } from "../base/table.ts";
import { formatTable } from "./formatTable.ts";

/** Rows of a table that a screen shows. */
const MOST_ROWS = 40;

/**
 * A stored table for a screen. One of measures shows its recall and hits with the intervals, for with MRR and nDCG it is
 * too wide; a long one is cut, and says so. `--json` has all of it.
 */
export async function readableTable({ columns, rows }: Table): Promise<string> {
  const first = rows.slice(0, MOST_ROWS);
  const rest = rows.length - first.length;
  const note = rest > 0 ? `and ${rest.toLocaleString("en")} rows more: --json has them\n` : "";
  if (!columns.some((name) => /At\d+Low$/.test(name))) return formatTable({ columns, rows: first }) + note;
  const { renderTable } = await import("../eval/renderTable.ts");
  const shown = columns.flatMap((name, j) => (/^(mrr|ndcg)At|^(queries|passages)$/.test(name) ? [] : [j]));
  const only = <T>(values: readonly T[]): T[] => shown.map((j) => values[j]);
  return `${renderTable({ columns: only(columns), rows: first.map(only) }, "text")}\n${note}`;
}
