import { inspect } from "node:util";
import type { MimeBundle } from "../evaluatorMessages.ts";

const MOST_ROWS = 20;
const MOST_COLUMNS = 20;

/** What is read of a table before it is drawn. */
interface Grid {
  names: string[];
  rows: number;
  at(row: number, column: number): unknown;
}

/** arquero's table, as far as it is used here. */
interface ArqueroLike {
  numRows(): number;
  columnNames(): string[];
  get(name: string, row: number): unknown;
}

/** danfojs' data frame or series, as far as it is used here. */
interface DanfoLike {
  columns: unknown[];
  shape: number[];
  index: unknown[];
  values: unknown[];
  $data?: unknown;
}

/**
 * A table of arquero or danfojs as HTML and as text, its first 20 rows and columns, known by its methods: neither
 * package is imported. Undefined for everything else.
 */
export function tableBundle(value: object): MimeBundle | undefined {
  const grid = arqueroGrid(value) ?? danfoGrid(value);
  return grid && { "text/html": htmlOf(grid), "text/plain": plainOf(grid) };
}

function arqueroGrid(value: object): Grid | undefined {
  const table = value as Partial<ArqueroLike>;
  if (typeof table.numRows !== "function" || typeof table.columnNames !== "function") return undefined;
  if (typeof table.get !== "function") return undefined;
  const whole = table as ArqueroLike;
  const names = whole.columnNames().map(String);
  return { names, rows: whole.numRows(), at: (row, column) => whole.get(names[column]!, row) };
}

function danfoGrid(value: object): Grid | undefined {
  const frame = value as Partial<DanfoLike>;
  if (!Array.isArray(frame.columns) || !Array.isArray(frame.shape) || !Array.isArray(frame.index)) return undefined;
  if (!Array.isArray(frame.values) || !("$data" in value)) return undefined;
  const { columns, index, values, shape } = frame as DanfoLike;
  const cell = (row: number, column: number): unknown => {
    const line = values[row];
    return Array.isArray(line) ? line[column] : line;
  };
  return {
    names: ["", ...columns.map(String)],
    rows: shape[0] ?? values.length,
    at: (row, column) => (column === 0 ? index[row] : cell(row, column - 1)),
  };
}

function htmlOf(grid: Grid): string {
  const [names, ...rows] = shownLines(grid);
  const head = names!.map((name) => `<th>${escaped(name)}</th>`).join("");
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`);
  const table = `<table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
  return `${table}<p>${sizeOf(grid)}</p>`;
}

function plainOf(grid: Grid): string {
  const lines = shownLines(grid);
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  const text = lines.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  return [...text, sizeOf(grid)].join("\n");
}

/** The names, then the cells of each row that is shown; fractions with six significant digits. */
function shownLines({ names, rows, at }: Grid): string[][] {
  const columns = names.slice(0, MOST_COLUMNS);
  const shown = Array.from({ length: Math.min(rows, MOST_ROWS) }, (_, row) =>
    columns.map((_name, column) => textOf(at(row, column))),
  );
  return [columns, ...shown];
}

function sizeOf({ names, rows }: Grid): string {
  const size = `${rows} rows x ${names.length} columns`;
  if (rows <= MOST_ROWS && names.length <= MOST_COLUMNS) return size;
  return `${size}, the first ${Math.min(rows, MOST_ROWS)} x ${Math.min(names.length, MOST_COLUMNS)} shown`;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (typeof value === "number" && !Number.isInteger(value)) return String(Number(value.toPrecision(6)));
  if (typeof value === "object") return inOneLine(value);
  return String(value);
}

function inOneLine(value: object): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // a BigInt or a circle, which no JSON has
    return inspect(value, { breakLength: Number.POSITIVE_INFINITY });
  }
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
