import type { Cell, Table } from "../base/table.ts";

/** What was found on one set: measures and counts, and bounds of the measures where they were asked for. */
export interface Figures {
  measures: Record<string, number>;
  intervals?: Record<string, [low: number, high: number]>;
}

/** Figures for people: a line for each measure where one set was asked for, else a line for each set. */
export function measuresTable(found: Readonly<Record<string, Figures>>, isOne: boolean): Table {
  const sets = Object.entries(found);
  const [name, { measures }] = sets[0];
  const names = Object.keys(measures);
  return isOne
    ? { columns: ["measure", name], rows: names.map((measure) => [measure, cellOf(found[name], measure)]) }
    : {
        columns: ["set", ...names],
        rows: sets.map(([set, figures]) => [set, ...names.map((measure) => cellOf(figures, measure))]),
      };
}

/** `0.500 [0.000, 1.000]` where there are bounds. */
function cellOf({ measures, intervals }: Figures, name: string): Cell {
  const bounds = intervals?.[name]?.map((bound) => bound.toFixed(3));
  return bounds === undefined ? measures[name] : `${measures[name].toFixed(3)} [${bounds.join(", ")}]`;
}
