import type { RunItem, WireValue } from "../pageWire.ts";
import { asNumber } from "./format.ts";

/** A row of the runs table: a run, or the head of a group of runs. */
export type TableRow =
  | { kind: "run"; run: RunItem }
  | { kind: "group"; name: string; runs: RunItem[]; means: (Mean | null)[]; isOpen: boolean };

/** The mean of a column over a group, with the standard deviation (of a sample) when there are several. */
export interface Mean {
  mean: number;
  deviation: number | null;
}

/**
 * The rows of the table.
 * @param by  the place of the column whose values make the groups; -1: no groups
 * @param closed  names of groups whose runs are not shown
 */
export function tableRows(runs: readonly RunItem[], by: number, closed: ReadonlySet<string>): TableRow[] {
  if (by < 0) return runs.map((run) => ({ kind: "run", run }));
  const groups = new Map<string, RunItem[]>();
  for (const run of runs) {
    const name = groupName(run.values[by]);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [run]);
    else group.push(run);
  }
  return [...groups].flatMap(([name, group]): TableRow[] => {
    const isOpen = !closed.has(name);
    const means = group[0].values.map((_, i) => meanOf(group.map((run) => run.values[i])));
    const head: TableRow = { kind: "group", name, runs: group, means, isOpen };
    return isOpen ? [head, ...group.map((run): TableRow => ({ kind: "run", run }))] : [head];
  });
}

/** The mean of those values that are finite numbers; null when there is none, or some value is other text. */
export function meanOf(values: readonly WireValue[]): Mean | null {
  const given = values.filter((value) => value !== null);
  const numbers = given.map(asNumber);
  if (numbers.length === 0 || numbers.includes(null)) return null;
  const finite = (numbers as number[]).filter(Number.isFinite);
  if (finite.length === 0) return null;
  const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: finite.length > 1 ? Math.sqrt(squares / (finite.length - 1)) : null };
}

function groupName(value: WireValue): string {
  return value === null ? "(none)" : String(value);
}
