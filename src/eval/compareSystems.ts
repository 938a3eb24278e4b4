import { InputError } from "../base/errors.ts";
import type { Cell, Table } from "../base/table.ts";
import { holm } from "./holm.ts";
import type { Measure } from "./measure.ts";
import { pairedTest } from "./pairedTest.ts";

/** How `compareSystems` compares. */
export interface CompareOptions {
  /** One of the measures of the table. */
  measure: Measure;
  /** Only pairs with this system. Default: every pair. */
  baseline?: string;
  /** Each domain for itself: a column `domain` after `field`. Default false. */
  byDomain?: boolean;
  /** Default 10,000. */
  resamples?: number;
  /** Default 0. */
  seed?: number;
}

/**
 * Pairs of systems on the same queries, field by field, and domain by domain where asked: the difference (second less
 * first) with its 95 % interval over topics, the permutation test's p value, and the same corrected for all lines of the
 * table (Holm).
 *
 * @param perQuery what `evaluate` gives as `perQuery`
 * @returns columns field, [domain,] first, second, difference, low, high, p, pHolm
 * @throws {InputError} an unknown measure or baseline, no domain where domains are asked for, fewer than two systems, systems with different queries
 */
export function compareSystems(perQuery: Table, options: CompareOptions): Table {
  const { measure, baseline, resamples, seed, byDomain = false } = options;
  const labels = byDomain ? ["field", "domain"] : ["field"];
  const at = columnsOf(perQuery, ["system", ...labels, "group", "query", measure]);
  const parts = new Map<string, { own: Cell[]; systems: Map<string, Cell[][]> }>();
  for (const row of perQuery.rows) {
    const own = labels.map((label) => row[at[label]]);
    const key = JSON.stringify(own);
    const part = parts.get(key) ?? { own, systems: new Map<string, Cell[][]>() };
    parts.set(key, part);
    const name = String(row[at.system]);
    const rows = part.systems.get(name);
    if (rows === undefined) part.systems.set(name, [row]);
    else rows.push(row);
  }
  if (byDomain && perQuery.rows.every((row) => row[at.domain] === null))
    throw new InputError(
      "compareSystems",
      "no query has a domain",
      "Compare whole fields, or name the card's `domain`.",
    );
  const lines: { head: Cell[]; p: number }[] = [];
  for (const { own, systems } of parts.values()) {
    for (const [first, second] of pairsOf([...systems.keys()], baseline)) {
      const [a, b] = [systems.get(first)!, systems.get(second)!];
      if (a.length !== b.length || a.some((row, i) => row[at.query] !== b[i][at.query]))
        throw new InputError(
          "compareSystems",
          `${first} and ${second} must answer the same queries of ${own.join(", ")}`,
          "Evaluate both in one call.",
        );
      const values = (rows: Cell[][]): number[] => rows.map((row) => Number(row[at[measure]]));
      const groups = a.map((row) => String(row[at.group]));
      const { difference, low, high, p } = pairedTest({ a: values(a), b: values(b), groups, resamples, seed });
      lines.push({ head: [...own, first, second, difference, low, high], p });
    }
  }
  const corrected = holm(lines.map(({ p }) => p));
  return {
    columns: [...labels, "first", "second", "difference", "low", "high", "p", "pHolm"],
    rows: lines.map(({ head, p }, i) => [...head, p, corrected[i]]),
  };
}

function columnsOf({ columns }: Table, names: readonly string[]): Record<string, number> {
  const missing = names.filter((name) => !columns.includes(name));
  if (missing.length > 0)
    throw new InputError(
      "compareSystems",
      `the table has no column ${missing.join(", ")}`,
      `It has ${columns.join(", ")}.`,
    );
  return Object.fromEntries(names.map((name) => [name, columns.indexOf(name)]));
}

function pairsOf(systems: readonly string[], baseline: string | undefined): [string, string][] {
  if (systems.length < 2)
    throw new InputError("compareSystems", `there must be two systems, got ${systems.join()}`, "Evaluate another one.");
  if (baseline === undefined)
    return systems.flatMap((a, i) => systems.slice(i + 1).map((b): [string, string] => [a, b]));
  if (!systems.includes(baseline))
    throw new InputError("compareSystems", `there is no system ${baseline}`, `There are ${systems.join(", ")}.`);
  return systems.filter((name) => name !== baseline).map((name) => [baseline, name]);
}
