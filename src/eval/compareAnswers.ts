import { InputError } from "../base/errors.ts";
import type { Cell, Table } from "../base/table.ts";
import { type CompareOptions, compareSystems } from "./compareSystems.ts";

/** One run's answers, query by query. */
export interface RunAnswers {
  /** What the run is called in the result. */
  name: string;
  /** What `evaluate` gives as `perQuery`, and `runExperiment` keeps as a table of the run. */
  perQuery: Table;
}

/** No name of a system holds it. */
const SEPARATOR = " / ";

/**
 * The systems of two runs, each against the one of the same name in the other run, by `compareSystems`: paired query by
 * query, and corrected for all lines together (Holm). Systems and fields that only one of the runs has are left out.
 *
 * @returns columns system, field, [domain,] first, second, difference, low, high, p, pHolm; `first` and `second` name the runs
 * @throws {InputError} runs that share no system and field, or answer different queries; an unknown measure
 */
export function compareAnswers(
  first: RunAnswers,
  second: RunAnswers,
  options: Omit<CompareOptions, "baseline">,
): Table {
  const [own, others] = [first, second].map((run) => byLine(run, options));
  const shared = [...own.keys()].filter((line) => others.has(line));
  if (shared.length === 0)
    throw new InputError(
      "compareAnswers",
      `${first.name} and ${second.name} must share a system and a field, got ${told(own)} and ${told(others)}`,
      "Give runs of one experiment, or of systems with the same names.",
    );
  const tested = compareSystems(
    {
      columns: ["field", "system", "group", "query", options.measure, ...(options.byDomain ? ["domain"] : [])],
      rows: [own, others].flatMap((lines) => shared.flatMap((line) => lines.get(line)!)),
    },
    options,
  );
  return {
    columns: ["system", ...tested.columns],
    rows: tested.rows.map(([line, ...rest]) => {
      const [system, ...field] = String(line).split(SEPARATOR);
      return [system, field.join(SEPARATOR), ...rest];
    }),
  };
}

/** The rows [line, run, group, query, value], and `domain` where asked, of each system and field. */
function byLine(
  { name, perQuery: { columns, rows } }: RunAnswers,
  { measure, byDomain }: Pick<CompareOptions, "measure" | "byDomain">,
): Map<string, Cell[][]> {
  const names = ["system", "field", "group", "query", measure, ...(byDomain ? ["domain"] : [])];
  const places = names.map((column) => columns.indexOf(column));
  const missing = places.indexOf(-1);
  if (missing >= 0) {
    const what = missing < 4 ? "answers query by query" : missing === 4 ? measure : "domains";
    const todo =
      missing === 4 ? `It has ${columns.slice(5).join(", ")}.` : "Give a run of an experiment that evaluates.";
    throw new InputError("compareAnswers", `${name} has no ${what}`, todo);
  }
  const lines = new Map<string, Cell[][]>();
  for (const given of rows) {
    const [system, field, ...rest] = places.map((place) => given[place]);
    const line = `${system}${SEPARATOR}${field}`;
    const row = [line, name, ...rest];
    if (!lines.get(line)?.push(row)) lines.set(line, [row]);
  }
  return lines;
}

function told(lines: Map<string, unknown>): string {
  return [...lines.keys()].map((line) => line.replace(SEPARATOR, "/")).join(", ") || "none";
}
