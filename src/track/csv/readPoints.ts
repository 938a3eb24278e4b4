import { InputError } from "../../base/errors.ts";
import { checkKey } from "../names.ts";
import { readCell } from "../page/browser/csvLine.ts";
import type { CsvTable } from "./csvTable.ts";
import { csvInteger, csvNumber, csvTime } from "./csvValues.ts";

/** The points that a CSV file has of one run. */
export interface CsvPoints {
  /** What errors call the first of them. */
  who: string;
  runId: string;
  /** Of each metric step, time and value of each point, one after the other: 24 bytes a point, a tenth of an object's. */
  curves: Map<string, number[]>;
}

/**
 * The points of a table, by run. Without a column `step` all are of step 0.
 * @throws {InputError} no column of times; with file and line when a field is missing or of another kind
 */
export async function readPoints({ name, columns, rows }: CsvTable): Promise<CsvPoints[]> {
  if (!columns.includes("timestamp"))
    throw new InputError(
      name,
      "has no column `timestamp`",
      "Add one: milliseconds since 1970, or 2026-01-31T12:00:00Z.",
    );
  const runs = new Map<string, CsvPoints>();
  const seen = new Set<string>();
  for await (const { who, get } of rows) {
    const needed = (column: string): string => {
      const cell = get(column);
      if (!cell) throw new InputError(who, `has no \`${column}\``, "Mend or remove the line.");
      return cell;
    };
    const [runId, key] = [needed("run_id"), readCell(needed("key"))];
    if (!seen.has(key)) checkName(who, key);
    seen.add(key);
    const run: CsvPoints = runs.get(runId) ?? { who, runId, curves: new Map() };
    runs.set(runId, run);
    const curve = run.curves.get(key) ?? [];
    run.curves.set(key, curve);
    curve.push(
      csvInteger(get("step") || "0", who, "step"),
      csvTime(needed("timestamp"), who, "timestamp"),
      csvNumber(needed("value"), who, "value"),
    );
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
