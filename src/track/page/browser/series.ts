import type { WireCurve } from "../pageWire.ts";
import { numberOf } from "./format.ts";
import { smooth } from "./smooth.ts";

/** What the horizontal axis tells: steps, time since the run's first point, or the clock. */
export type Axis = "step" | "relative" | "time";

/** A curve as it is drawn. */
export interface Series {
  id: string;
  name: string;
  colour: string;
  dash: string;
  xs: number[];
  ys: number[];
  /** `ys` smoothed; the same as `ys` where nothing is. */
  smoothed: number[];
}

/** How a run is named and drawn in charts. */
export interface ChartRun {
  id: string;
  name: string;
  colour: string;
  dash: string;
}

/** A curve as a chart takes it. Times are in seconds since the first point, or milliseconds since 1970. */
export function seriesOf(curve: WireCurve, run: ChartRun, axis: Axis, smoothing: number): Series {
  const ys = curve.values.map(numberOf);
  const start = curve.times[0] ?? 0;
  const xs =
    axis === "step" ? curve.steps : axis === "time" ? curve.times : curve.times.map((time) => (time - start) / 1000);
  return { ...run, xs, ys, smoothed: smooth(ys, smoothing) };
}

/** The place in ascending `xs` that is nearest to `x`; -1 when there is none. */
export function nearest(xs: readonly number[], x: number): number {
  let [low, high] = [0, xs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && (low === xs.length || x - xs[low - 1] <= xs[low] - x)) return low - 1;
  return low < xs.length ? low : -1;
}
