import type { Cell, Table } from "../base/table.ts";

/**
 * A table as the text of its artifact: `{"columns": [...], "data": [[...]]}`, the form of `mlflow.log_table` (pandas'
 * orient `split`), so that MLflow's page shows it. JSON knows no NaN and no infinity: these become `{"number": "NaN"}`.
 */
export function tableToJson(table: Table): string {
  const data = table.rows.map((row) => row.map(encode));
  return JSON.stringify({ columns: table.columns, data });
}

/** Reads what `tableToJson` wrote. */
export function tableFromJson(text: string): Table {
  const { columns, data } = JSON.parse(text) as { columns: string[]; data: (Cell | { number: string })[][] };
  return { columns, rows: data.map((row) => row.map(decode)) };
}

function encode(cell: Cell): Cell | { number: string } {
  return typeof cell === "number" && !Number.isFinite(cell) ? { number: String(cell) } : cell;
}

function decode(cell: Cell | { number: string }): Cell {
  return cell !== null && typeof cell === "object" ? Number(cell.number) : cell;
}
