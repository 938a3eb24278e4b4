import { InputError } from "../base/errors.ts";
import type { Cell, Table } from "../base/table.ts";
import { escaped } from "./escaped.ts";
import { axis, type Figure, figure, LEGEND_ABOVE, PALETTE } from "./figure.ts";

/** What `recallBars` shows of a table. */
export interface RecallBarsOptions {
  title: string;
  /** A column that has a `Low` and a `High` beside it. Default `recallAt1`. */
  measure?: string;
  /** What the table's column `field` holds. Default "query field". */
  x?: string;
}

const WIDTH = 40;

/**
 * Bars with their 95 % intervals, one colour a system, side by side for each query field.
 *
 * @param table what `evaluate` gives: columns `system`, `field`, the measure, its `Low` and `High`; a cell without a number
 *   is a gap
 * @throws {InputError} a table without rows, or without one of these columns
 */
export function recallBars(
  table: Table,
  { title, measure = "recallAt1", x = "query field" }: RecallBarsOptions,
): Figure {
  const places = ["system", "field", measure, `${measure}Low`, `${measure}High`].map((name) => placeOf(table, name));
  if (table.rows.length === 0) throw new InputError("recallBars", "the table has no rows", "Evaluate a system first.");
  const bars = table.rows.map((row) => barOf(places.map((place) => row[place])));
  const systems = [...new Set(bars.map(({ system }) => system))];
  const data = systems.map((name, i) => {
    const own = bars.filter(({ system }) => system === name);
    return {
      type: "bar",
      name: escaped(name),
      x: own.map(({ field }) => escaped(field)),
      y: own.map(({ mean }) => mean),
      error_y: {
        type: "data",
        symmetric: false,
        array: own.map(({ mean, high }) => between(mean, high)),
        arrayminus: own.map(({ mean, low }) => between(low, mean)),
        thickness: 1.2,
        width: 3,
      },
      marker: { color: PALETTE[i % PALETTE.length] },
    };
  });
  const layout = {
    barmode: "group",
    xaxis: axis(x),
    yaxis: axis(measure, { range: [0, 1] }),
    // beside the bars where there are more names than a line holds
    ...(systems.length <= 5 && LEGEND_ABOVE),
  };
  return figure({ title, data, layout, text: inText(bars, measure) });
}

/** One bar; null where the table has no number, as for a field without queries: plotly leaves a gap there. */
interface Bar {
  system: string;
  field: string;
  mean: number | null;
  low: number | null;
  high: number | null;
}

function barOf([system, field, ...numbers]: Cell[]): Bar {
  const [mean, low, high] = numbers.map((cell) => (typeof cell === "number" && Number.isFinite(cell) ? cell : null));
  return { system: String(system), field: String(field), mean: mean!, low: low!, high: high! };
}

function between(low: number | null, high: number | null): number | null {
  return low === null || high === null ? null : high - low;
}

function placeOf({ columns }: Table, name: string): number {
  const place = columns.indexOf(name);
  if (place >= 0) return place;
  const problem = `the table has no column \`${name}\`, it has ${columns.join(", ")}`;
  throw new InputError("recallBars", problem, "Give a table that `evaluate` made, and one of its measures.");
}

function inText(bars: readonly Bar[], measure: string): string {
  const labels = bars.map(({ system, field }) => `${field}, ${system}`);
  const width = Math.max(...labels.map(({ length }) => length));
  const lines = bars.map(({ mean, low, high }, i) => {
    const filled = "█".repeat(Math.round((mean ?? 0) * WIDTH)).padEnd(WIDTH, "·");
    return `${labels[i]!.padEnd(width)}  ${filled}  ${[mean, low, high].map((x) => x?.toFixed(3) ?? "–").join("  ")}`;
  });
  return [`${measure}, then its 95 % interval`, ...lines].join("\n");
}
