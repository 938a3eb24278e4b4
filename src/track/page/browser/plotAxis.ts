import type { RunItem, WireValue } from "../pageWire.ts";
import { rankOf } from "./curvesPanel.ts";
import { asNumber, formatTick, measureTitle } from "./format.ts";
import { isSystemColumn } from "./isSystemMetric.ts";
import { makeScale, type Scale } from "./scale.ts";

/** A column as an axis: numbers on a scale (logarithmic where they span decades), other texts side by side. */
export interface PlotAxis {
  column: string;
  title: string;
  /** Null where the run has no place on it. */
  place(value: WireValue): number | null;
  ticks: { at: number; label: string }[];
  isLog: boolean;
}

const FEW = 5;
/** Pixels between labels. */
const APART = 14;

/** An axis of what the runs have in a column. @param range  pixels at the lowest and highest value */
export function plotAxis(
  runs: readonly RunItem[],
  columns: readonly string[],
  column: string,
  range: readonly [number, number],
): PlotAxis {
  const i = columns.indexOf(column);
  const values = runs.map((run) => run.values[i] ?? null).filter((value) => value !== null);
  const numbers = values.map(asNumber).filter((one): one is number => one !== null && Number.isFinite(one));
  const title = measureTitle(column.slice(column.indexOf(".") + 1));
  if (numbers.length < values.length && !column.startsWith("metrics.")) return textAxis(column, title, values, range);
  const [low, high] = numbers.length === 0 ? [0, 1] : [Math.min(...numbers), Math.max(...numbers)];
  const isLog = low > 0 && high / low >= 10;
  const pad = isLog ? 0 : (high - low) * 0.03 || Math.abs(high) * 0.05 || 0.5;
  const domain: [number, number] = isLog ? [low, high] : [low - pad, high + pad];
  const scale = makeScale({ domain, range, isLog, ticks: Math.abs(range[1] - range[0]) / 70 });
  return {
    column,
    title,
    isLog,
    place: (value) => {
      const number = asNumber(value);
      return number === null || !Number.isFinite(number) || (isLog && number <= 0) ? null : scale.toPixel(number);
    },
    ticks: ticksOf(numbers, scale),
  };
}

/** Few values stand as they are: a batch size of 32 or 64 is not well told by 35, 40, 45. */
function ticksOf(numbers: readonly number[], scale: Scale): PlotAxis["ticks"] {
  const own = [...new Set(numbers)].sort((a, b) => a - b);
  const ticks = own.length > 0 && own.length <= FEW ? own : scale.ticks;
  const placed = ticks.map((tick) => ({ at: scale.toPixel(tick), label: formatTick(Number(tick.toPrecision(4))) }));
  // Labels that would stand upon each other are left out.
  const kept: PlotAxis["ticks"] = [];
  for (const tick of placed) if (kept.length === 0 || Math.abs(tick.at - kept.at(-1)!.at) >= APART) kept.push(tick);
  return kept;
}

function textAxis(
  column: string,
  title: string,
  values: readonly WireValue[],
  [start, end]: readonly [number, number],
): PlotAxis {
  const words = [...new Set(values.map(String))].sort();
  const at = (i: number): number => start + ((i + 0.5) / words.length) * (end - start);
  return {
    column,
    title,
    isLog: false,
    place: (value) => (value === null ? null : at(words.indexOf(String(value)))),
    ticks: words.map((word, i) => ({ at: at(i), label: word.length > 14 ? `${word.slice(0, 13)}…` : word })),
  };
}

/** Columns that differ among the runs, which are those that a plot can tell something about. */
export function differingColumns(runs: readonly RunItem[], columns: readonly string[]): string[] {
  return columns.filter((_, i) => new Set(runs.map(({ values }) => values[i] ?? null)).size > 1);
}

/** Metrics as columns, measures of quality first, without the machine's. */
export function bestMetrics(columns: readonly string[]): string[] {
  const rank = (column: string): number => {
    const at = rankOf(column.slice("metrics.".length));
    return at === 1 ? -1 : at;
  };
  const isOwn = (one: string): boolean => one.startsWith("metrics.") && !isSystemColumn(one);
  return columns.filter(isOwn).sort((a, b) => rank(a) - rank(b));
}
