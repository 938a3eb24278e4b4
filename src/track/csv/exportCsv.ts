import { NAME_TAG } from "../logBatch.ts";
import { csvLine, numberText } from "../page/browser/csvLine.ts";
import type { RunRecord } from "../runRecord.ts";
import type { Store } from "../store.ts";
import { timeText } from "../timeText.ts";

/** The first columns of a table of runs; `params.KEY`, `metrics.KEY` and `tags.KEY` follow. */
export const RUN_COLUMNS = ["run_id", "name", "experiment", "status", "start_time", "end_time"] as const;

/** The columns of a table of points. */
export const POINT_COLUMNS = ["run_id", "key", "step", "timestamp", "value"] as const;

/**
 * Runs as a CSV table, a line each: what pandas, spreadsheets and MLflow's `search_runs().to_csv()` have. Metrics are
 * the last ones, times are ISO 8601 (milliseconds since 1970 before the year 0 and after 9999, for which it has no plain
 * form). A field with nothing in it is what the run has not.
 *
 * @param ids ids, or beginnings of them
 */
export function* exportRunsCsv(store: Store, ids: readonly string[]): Generator<string> {
  const runs = ids.map((id) => store.run(id));
  const keysOf = (part: "params" | "metrics" | "tags"): string[] =>
    [...new Set(runs.flatMap((run) => Object.keys(run[part])))].sort();
  const [params, metrics] = [keysOf("params"), keysOf("metrics")];
  // The name has a column of its own.
  const tags = keysOf("tags").filter((key) => key !== NAME_TAG);
  yield csvLine([
    ...RUN_COLUMNS,
    ...params.map((key) => `params.${key}`),
    ...metrics.map((key) => `metrics.${key}`),
    ...tags.map((key) => `tags.${key}`),
  ]);
  for (const run of runs)
    yield csvLine([
      ...headOf(run),
      ...params.map((key) => own(run.params, key) ?? null),
      ...metrics.map((key) => own(run.metrics, key)).map((value) => (value === undefined ? null : numberText(value))),
      ...tags.map((key) => own(run.tags, key) ?? null),
    ]);
}

/** Every point of runs as a CSV table, a line each: run, metric, step, milliseconds since 1970, value. */
export function* exportPointsCsv(store: Store, ids: readonly string[]): Generator<string> {
  yield csvLine(POINT_COLUMNS);
  for (const id of ids) {
    const { runId, metrics } = store.run(id);
    for (const key of Object.keys(metrics))
      for (const { step, timestamp, value } of store.history(runId, key))
        yield csvLine([runId, key, String(step), String(timestamp), numberText(value)]);
  }
}

function headOf({ runId, name, experiment, status, startTime, endTime }: RunRecord): (string | null)[] {
  return [runId, name, experiment, status, timeText(startTime), endTime === null ? null : timeText(endTime)];
}

/** A key may be `constructor`. */
function own<V>(values: Readonly<Record<string, V>>, key: string): V | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}
