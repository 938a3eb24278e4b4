import type { Cell, Table } from "../base/table.ts";

/** A table for people: columns aligned, numbers to the right with three decimals where they have a fraction. */
export function formatTable({ columns, rows }: Table): string {
  const cells = rows.map((row) => row.map(show));
  const right = columns.map((_, j) => rows.every((row) => typeof row[j] === "number" || row[j] === null));
  const width = columns.map((name, j) => Math.max(length(name), ...cells.map((row) => length(row[j]))));
  const line = (row: string[]): string =>
    row
      .map((text, j) => pad(text, width[j], right[j]))
      .join("  ")
      .trimEnd();
  const rule = width.map((w) => "-".repeat(w)).join("  ");
  return `${[line(columns), rule, ...cells.map(line)].join("\n")}\n`;
}

function show(cell: Cell): string {
  if (cell === null) return "-";
  if (typeof cell === "number" && !Number.isInteger(cell))
    return Math.abs(cell) >= 0.001 || cell === 0 ? cell.toFixed(3) : cell.toPrecision(3);
  return String(cell).replace(/\s+/g, " ");
}

function length(text: string): number {
  return [...text].length;
}

function pad(text: string, width: number, right: boolean): string {
  const space = " ".repeat(width - length(text));
  return right ? space + text : text + space;
}
