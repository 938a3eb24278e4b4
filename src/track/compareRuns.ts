import type { Cell, Table } from "../base/table.ts";
import type { RunRecord } from "./runRecord.ts";
import { isSystemMetric } from "./system/isSystemMetric.ts";

/**
 * Runs side by side: a row per field, a column per run (its name and the first 8 digits of its id). What a run does not
 * have is null. Rows: `status`, `seconds`, then every `params.KEY` and `metrics.KEY`, by name;
 * what was sampled of the machine (`metrics.system/...`) is left out.
 */
export function compareRuns(runs: readonly RunRecord[]): Table {
  const rows: Cell[][] = [
    ["status", ...runs.map((run) => run.status)],
    ["seconds", ...runs.map((run) => (run.endTime === null ? null : (run.endTime - run.startTime) / 1000))],
  ];
  for (const kind of ["params", "metrics"] as const) {
    const keys = new Set(runs.flatMap((run) => Object.keys(run[kind])));
    const compared = [...keys].filter((key) => kind === "params" || !isSystemMetric(key));
    for (const key of compared.sort()) rows.push([`${kind}.${key}`, ...runs.map((run) => run[kind][key] ?? null)]);
  }
  return { columns: ["field", ...runs.map((run) => `${run.name} ${run.runId.slice(0, 8)}`)], rows };
}
