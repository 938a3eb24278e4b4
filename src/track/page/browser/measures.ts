import { asNumber, formatNumber, measureTitle } from "./format.ts";

/** One cell of a logged table. */
export type Cell = string | number | boolean | null;

/** A logged table. */
export interface PlainTable {
  columns: string[];
  rows: Cell[][];
}

/** A column as it is shown: a measure takes its bounds (`NAME` + `Low`, `High`) along. */
export interface ShownColumn {
  name: string;
  title: string;
  at: number;
  low: number;
  high: number;
  isMeasure: boolean;
  isNumber: boolean;
}

/** The columns of a table without those that are bounds of others. */
export function shownColumns({ columns, rows }: PlainTable): ShownColumn[] {
  return columns.flatMap((name, at) => {
    const owner = /^(.+?)_?(Low|High|low|high)$/.exec(name)?.[1];
    if (owner !== undefined && columns.includes(owner)) return [];
    const bound = (...endings: string[]): number =>
      columns.findIndex((one) => endings.some((end) => one === name + end));
    const [low, high] = [bound("Low", "_low"), bound("High", "_high")];
    const given = rows.map((row) => row[at]).filter((cell) => cell !== null && cell !== "");
    const isNumber = given.length > 0 && given.every((cell) => typeof cell === "number" || isWrapped(cell));
    const isMeasure = isNumber && (low >= 0 || measureTitle(name) !== name);
    return [{ name, title: measureTitle(name), at, low, high, isMeasure, isNumber }];
  });
}

/** The number in a cell; null when there is none. Tables hold NaN and infinities as `{"number": "NaN"}`. */
export function cellNumber(cell: unknown): number | null {
  if (typeof cell === "number") return cell;
  if (isWrapped(cell)) return Number(cell.number);
  return typeof cell === "string" ? asNumber(cell) : null;
}

/** A cell as the paper writes it: measures `.250`, with bounds `.250 [.189, .311]`. */
export function cellText(row: readonly Cell[], column: ShownColumn): string {
  const number = cellNumber(row[column.at]);
  if (number === null || !column.isNumber) return row[column.at] === null ? "" : String(row[column.at]);
  if (!column.isMeasure) return formatNumber(number);
  const [low, high] = [cellNumber(row[column.low]), cellNumber(row[column.high])];
  return low === null || high === null ? fraction(number) : `${fraction(number)} [${fraction(low)}, ${fraction(high)}]`;
}

/** A fraction in three digits without the zero before the point. */
export function fraction(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3).replace(/^(-?)0\./, "$1.") : formatNumber(value);
}

/**
 * The highest of a measure, which the paper sets in bold; of a loss or an error the lowest. Null when the column is no
 * measure (counts are none) or does not tell the rows apart.
 */
export function bestOf(rows: readonly (readonly Cell[])[], column: ShownColumn): number | null {
  const numbers = rows.map((row) => cellNumber(row[column.at])).filter((one) => one !== null && Number.isFinite(one));
  if (!column.isNumber || new Set(numbers).size < 2) return null;
  if (!column.isMeasure && numbers.every(Number.isInteger)) return null;
  return isLowBetter(column.name) ? Math.min(...(numbers as number[])) : Math.max(...(numbers as number[]));
}

/** Whether less is better, by the measure's name. */
export function isLowBetter(name: string): boolean {
  return /loss|error|perplexity|latency|seconds|(^|[^a-z])(mse|mae|rmse)/i.test(name);
}

function isWrapped(cell: unknown): cell is { number: string } {
  return typeof cell === "object" && cell !== null && "number" in cell;
}
