import type { RunItem } from "../pageWire.ts";
import { isSystemColumn } from "./isSystemMetric.ts";
import { bestMetrics, differingColumns } from "./plotAxis.ts";

/**
 * The columns that a scatter plot shows unless others are chosen: a setting or the second metric across, the best metric
 * up. The machine's metrics differ between any two runs and tell nothing of the work, so they come last of all. `""`
 * where there is no column.
 */
export function scatterAxes(runs: readonly RunItem[], columns: readonly string[]): { x: string; y: string } {
  const own = columns.filter((one) => !isSystemColumn(one));
  const differing = differingColumns(runs, columns).filter((one) => own.includes(one));
  const metrics = bestMetrics(differing);
  const any = own[0] ?? columns[0] ?? "";
  const spread = differing.find((one) => isSpread(runs, columns.indexOf(one), one));
  return {
    x: spread ?? metrics[1] ?? differing[0] ?? any,
    y: metrics[0] ?? bestMetrics(own)[0] ?? any,
  };
}

/** A setting that was tried at three or more values tells more than one of two; a seed tells nothing. */
function isSpread(runs: readonly RunItem[], i: number, column: string): boolean {
  return column.startsWith("params.") && !/seed/i.test(column) && new Set(runs.map(({ values }) => values[i])).size > 2;
}
