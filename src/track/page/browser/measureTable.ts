import { html } from "htm/preact";
import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import {
  bestOf,
  type Cell,
  cellNumber,
  cellText,
  fraction,
  type PlainTable,
  type ShownColumn,
  shownColumns,
} from "./measures.ts";

/** A logged table; what a row begins with may be drawn by the caller. */
export interface MeasureTableProps {
  table: PlainTable;
  /** Draws a cell in place of its text; undefined: the text. */
  draw?: (column: ShownColumn, cell: Cell) => VNode | undefined;
  /** Called with the rows as they are ordered. */
  onOrder?: (rows: Cell[][]) => void;
}

/** Rows that are drawn; more are in the file. */
const MOST_ROWS = 500;

/**
 * A table of measures: each with its interval, as numbers and as a line on the scale of its column, the best in bold. A
 * click on a column's head orders by it.
 */
export function MeasureTable({ table, draw, onOrder }: MeasureTableProps): VNode {
  const [order, setOrder] = useState<{ at: number; isUp: boolean } | null>(null);
  const columns = useMemo(() => shownColumns(table), [table]);
  const rows = useMemo(() => ordered(table.rows, order), [table, order]);
  const best = useMemo(() => columns.map((column) => bestOf(table.rows, column)), [table]);
  const spans = useMemo(() => columns.map((column) => spanOf(table.rows, column)), [table]);
  const sort = (at: number): void => {
    const next = order?.at !== at ? { at, isUp: false } : order.isUp ? null : { at, isUp: true };
    setOrder(next);
    onOrder?.(ordered(table.rows, next));
  };
  return html`<div class="scroll-x"><table class="measures">
    <thead><tr>${columns.map(
      ({
        name,
        title,
        at,
        isNumber,
      }) => html`<th key=${name} scope="col" class=${isNumber ? "number" : ""} aria-sort=${order?.at === at ? (order.isUp ? "ascending" : "descending") : undefined}>
        <button class="head" title=${name} onClick=${() => sort(at)}>${title}<i class=${order?.at === at ? (order.isUp ? "ascending" : "descending") : ""} aria-hidden="true"></i></button></th>`,
    )}</tr></thead>
    <tbody>${rows.slice(0, MOST_ROWS).map(
      (row, i) =>
        html`<tr key=${i}>${columns.map((column, j) => {
          const drawn = draw?.(column, row[column.at]);
          if (drawn !== undefined) return html`<td key=${column.name}>${drawn}</td>`;
          const isBest = best[j] !== null && cellNumber(row[column.at]) === best[j];
          return html`<td key=${column.name} class=${column.isNumber ? "number" : ""}>${
            column.isMeasure && column.low >= 0
              ? interval(row, column, spans[j], isBest)
              : isBest
                ? html`<b>${cellText(row, column)}</b>`
                : cellText(row, column)
          }</td>`;
        })}</tr>`,
    )}</tbody>
  </table>${rows.length > MOST_ROWS && html`<p class="muted">${MOST_ROWS} of ${rows.length} rows; the file has them all.</p>`}</div>` as VNode;
}

const WIDTH = 120;

function interval(
  row: readonly Cell[],
  column: ShownColumn,
  [from, to]: readonly [number, number],
  isBest: boolean,
): VNode {
  const [value, low, high] = [column.at, column.low, column.high].map((at) => cellNumber(row[at]));
  if (value === null || low === null || high === null) return html`<span>${cellText(row, column)}</span>` as VNode;
  const place = (one: number): number => 4 + ((one - from) / (to - from || 1)) * (WIDTH - 8);
  return html`<span class="interval">
    <span class="figure">${isBest ? html`<b>${fraction(value)}</b>` : fraction(value)} <span class="muted">[${fraction(low)}, ${fraction(high)}]</span></span>
    <svg width=${WIDTH} height="10" aria-hidden="true"><line class="rail" x1="4" x2=${WIDTH - 4} y1="5" y2="5" />
      <line class="whisker" x1=${place(low)} x2=${place(high)} y1="5" y2="5" /><circle class=${isBest ? "mark best" : "mark"} cx=${place(value)} cy="5" r="3.5" /></svg>
  </span>` as VNode;
}

/** The range of a column's values and bounds. */
function spanOf(rows: readonly (readonly Cell[])[], { at, low, high }: ShownColumn): [number, number] {
  const all = rows
    .flatMap((row) => [at, low, high].flatMap((one) => cellNumber(row[one]) ?? []))
    .filter(Number.isFinite);
  return all.length === 0 ? [0, 1] : [Math.min(...all), Math.max(...all)];
}

function ordered(rows: readonly Cell[][], order: { at: number; isUp: boolean } | null): Cell[][] {
  if (order === null) return [...rows];
  const sign = order.isUp ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [cellNumber(a[order.at]), cellNumber(b[order.at])];
    if (x !== null && y !== null) return sign * (x - y);
    if (x !== null || y !== null) return x === null ? 1 : -1;
    return sign * String(a[order.at] ?? "").localeCompare(String(b[order.at] ?? ""));
  });
}
