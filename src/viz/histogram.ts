import { InputError } from "../base/errors.ts";
import { sparkline } from "../base/sparkline.ts";
import { escaped } from "./escaped.ts";
import { axis, type Figure, figure, LEGEND_ABOVE, PALETTE } from "./figure.ts";

/** Values of one kind. */
export interface Sample {
  name: string;
  values: readonly number[];
}

/** Words of `histogram`. */
export interface HistogramOptions {
  title: string;
  /** What the values are, with the unit. */
  x: string;
  /** Default 30. */
  bins?: number;
}

/**
 * How values are spread, as shares of each sample over the same bins, so that samples of different size compare: token
 * counts, or the scores of positives and negatives.
 *
 * @throws {InputError} no finite value at all
 */
export function histogram(samples: readonly Sample[], { title, x, bins = 30 }: HistogramOptions): Figure {
  const finite = samples.flatMap(({ values }) => values.filter(Number.isFinite));
  if (finite.length === 0) throw new InputError("histogram", "there is no finite value", "Give at least one.");
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  const size = high > low ? (high - low) / bins : 1;
  const shares = samples.map(({ values }) => sharesOf(values, { low, size, bins }));
  const centers = Array.from({ length: bins }, (_, i) => low + (i + 0.5) * size);
  const data = samples.map(({ name }, i) => ({
    type: "bar",
    name: escaped(name),
    x: centers,
    y: shares[i],
    width: size,
    opacity: samples.length > 1 ? 0.6 : 1,
    marker: { color: PALETTE[i % PALETTE.length] },
  }));
  const layout = {
    barmode: "overlay",
    bargap: 0,
    xaxis: axis(x),
    yaxis: axis("share of its sample"),
    showlegend: samples.length > 1,
    ...LEGEND_ABOVE,
  };
  const lines = samples.map(({ name }, i) => `${sparkline(shares[i]!, bins)}  ${name}`);
  return figure({ title, data, layout, text: [...lines, `from ${short(low)} to ${short(high)}`].join("\n") });
}

function sharesOf(
  values: readonly number[],
  { low, size, bins }: { low: number; size: number; bins: number },
): number[] {
  const counts = new Array<number>(bins).fill(0);
  const finite = values.filter(Number.isFinite);
  for (const value of finite) counts[Math.min(bins - 1, Math.floor((value - low) / size))]! += 1;
  return counts.map((count) => (finite.length === 0 ? 0 : count / finite.length));
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
