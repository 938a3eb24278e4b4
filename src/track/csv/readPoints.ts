import { InputError } from "../../base/errors.ts";
import type { MetricPoint } from "../logBatch.ts";
import { checkKey } from "../names.ts";
import type { NamedRecord } from "./csvTable.ts";
import { csvInteger, csvNumber, csvTime } from "./csvValues.ts";

/** The points that a CSV file has of one run. */
export interface CsvPoints {
  /** What errors call the first of them. */
  who: string;
  runId: string;
  points: MetricPoint[];
}

/**
 * The points of a table, by run. Without a column `step` all are of step 0.
 * @throws {InputError} with file and line when a field is missing or of another kind
 */
export function readPoints(rows: readonly NamedRecord[]): CsvPoints[] {
  const runs = new Map<string, CsvPoints>();
  const seen = new Set<string>();
  for (const { who, get } of rows) {
    const needed = (column: string): string => {
      const cell = get(column);
      if (!cell) throw new InputError(who, `has no \`${column}\``, "Mend or remove the line.");
      return cell;
    };
    const [runId, key] = [needed("run_id"), needed("key")];
    if (!seen.has(key)) checkName(who, key);
    seen.add(key);
    const run: CsvPoints = runs.get(runId) ?? { who, runId, points: [] };
    runs.set(runId, run);
    run.points.push({
      key,
      step: csvInteger(get("step") || "0", who, "step"),
      timestamp: csvTime(needed("timestamp"), who, "timestamp"),
      value: csvNumber(needed("value"), who, "value"),
    });
  }
  return [...runs.values()];
}

function checkName(who: string, key: string): void {
  try {
    checkKey("metric", key);
  } catch (cause) {
    throw new InputError(who, cause instanceof Error ? cause.message : String(cause), "Mend the line.", { cause });
  }
}
