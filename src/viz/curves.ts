import { InputError } from "../base/errors.ts";
import { sparkline } from "../base/sparkline.ts";
import { escaped } from "./escaped.ts";
import { axis, type Figure, figure, LEGEND_ABOVE, PALETTE } from "./figure.ts";

/** One line of `curves`. */
export interface Curve {
  name: string;
  /** As many as in `x`; NaN leaves a gap. */
  y: readonly number[];
  /** Default 0, 1, 2, ... */
  x?: readonly (number | string)[];
  /** Bounds of a band around the line, as many as in `y`; both or none. */
  low?: readonly number[];
  high?: readonly number[];
}

/** Words of `curves`. */
export interface CurvesOptions {
  title: string;
  /** With the unit. */
  x: string;
  /** With the unit. */
  y: string;
  /** A logarithmic y axis. Default false. */
  logY?: boolean;
}

/**
 * Lines over a shared axis: a loss by training step, recall by noise strength. Bands show intervals.
 *
 * @returns a figure with a line for each curve, and below it its band where it has one
 * @throws {InputError} no curves, or an `x`, `low` or `high` of another length than `y`
 */
export function curves(lines: readonly Curve[], { title, x, y, logY = false }: CurvesOptions): Figure {
  if (lines.length === 0) throw new InputError("curves", "there are no curves", "Give at least one.");
  for (const line of lines) checkLengths(line);
  const data = lines.flatMap((line, i) => {
    const color = PALETTE[i % PALETTE.length]!;
    const at = [...(line.x ?? line.y.keys())];
    const drawn = { type: "scatter", mode: at.length > 40 ? "lines" : "lines+markers", name: escaped(line.name) };
    const trace = { ...drawn, x: at, y: gaps(line.y), line: { color, width: 2 } };
    return line.low && line.high ? [band(line, at, color), trace] : [trace];
  });
  const layout = {
    xaxis: axis(x),
    yaxis: axis(y, logY ? { type: "log" } : {}),
    hovermode: "x unified",
    showlegend: lines.length > 1,
    ...LEGEND_ABOVE,
  };
  return figure({ title, data, layout, text: inText(lines) });
}

function checkLengths({ name, x, y, low, high }: Curve): void {
  for (const [what, values] of Object.entries({ x, low, high })) {
    if (values === undefined || values.length === y.length) continue;
    const problem = `\`${what}\` of ${name} has ${values.length} values and \`y\` has ${y.length}`;
    throw new InputError("curves", problem, "Give as many.");
  }
  if ((low === undefined) !== (high === undefined))
    throw new InputError("curves", `${name} has only one bound`, "Give both `low` and `high`, or none.");
}

function band({ name, low = [], high = [] }: Curve, at: readonly (number | string)[], color: string): object {
  const [x, y] = [
    [...at, ...at.toReversed()],
    [...high, ...low.toReversed()],
  ];
  const drawn = { mode: "lines", line: { width: 0 }, fill: "toself", fillcolor: `${color}33` };
  return { type: "scatter", name: `${name}, interval`, x, y: gaps(y), ...drawn, hoverinfo: "skip", showlegend: false };
}

/** JSON has no NaN. */
function gaps(values: readonly number[]): (number | null)[] {
  return values.map((value) => (Number.isFinite(value) ? value : null));
}

function inText(lines: readonly Curve[]): string {
  const width = Math.max(...lines.map(({ name }) => name.length));
  return lines
    .map(({ name, y }) => `${name.padEnd(width)}  ${sparkline(y)}  ${short(y[0])} to ${short(y.at(-1))}`)
    .join("\n");
}

function short(value: number | undefined): string {
  return value === undefined ? "nothing" : String(Number(value.toPrecision(4)));
}
