import type { Table } from "../base/table.ts";

/** A table as CSV for programs: full precision, the columns' own names, null as nothing, lines ended by \n. @see RFC 4180 */
export function tableCsv({ columns, rows }: Table): string {
  const cell = (value: unknown): string => {
    const text = value === null ? "" : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}
