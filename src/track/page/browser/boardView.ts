import { html } from "htm/preact";
import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { ColumnNames, RunItem, RunList, RunTable } from "../pageWire.ts";
import { useAnswer } from "./api.ts";
import { usualColumns } from "./columnPicker.ts";
import { drawRun } from "./compareTables.ts";
import { rankOf } from "./curvesPanel.ts";
import { toCsv, toLatex, toMarkdown } from "./exportTable.ts";
import { numberOf } from "./format.ts";
import { joinTables, RUN_COLUMN } from "./joinTables.ts";
import { type Cell, cellNumber, isLowBetter, type PlainTable, shownColumns } from "./measures.ts";
import { MeasureTable } from "./measureTable.ts";
import { change, useQuery } from "./query.ts";
import { filterOf } from "./runsView.ts";

/** The server gives tables of as many runs at once. */
const MOST = 100;
const NO_RUNS: RunList = { columns: [], runs: [] };

/** An experiment as the table of a paper: from a table that its runs logged, or from their last values. */
export function BoardView({ experiment, version }: { experiment: string | null; version: number }): VNode {
  const query = useQuery();
  const scope: [string, string][] = experiment === null ? [] : [["experiment", experiment]];
  const { data: names = { metrics: [], params: [], tags: [] } } = useAnswer<ColumnNames>(
    "/page/columns",
    scope,
    version,
  );
  const filter = filterOf(query.get("filter") ?? "");
  const measures = useMemo(() => boardColumns(names), [names]);
  const { data: list = NO_RUNS, error } = useAnswer<RunList>(
    "/page/runs",
    [
      ...scope,
      ...(filter === "" ? [] : [["filter", filter] as const]),
      ...measures.map((column) => ["column", column] as const),
    ],
    version,
  );
  const { columns: shown, runs } = list;
  const picked = new Set(query.getAll("run"));
  const some = (picked.size > 0 ? runs.filter(({ id }) => picked.has(id)) : runs).slice(0, MOST);
  const asked = some.map(({ id }): [string, string] => ["run", id]);
  const { data: tables } = useAnswer<string[]>(asked.length === 0 ? null : "/page/table-names", asked, version);
  const name = query.get("table") ?? (tables?.includes("recall") ? "recall" : "");
  const { data: logged } = useAnswer<RunTable[]>(
    name === "" || asked.length === 0 ? null : "/page/tables",
    [...asked, ["name", name]],
    version,
  );
  const table = useMemo(
    () => (name === "" ? valuesTable(some, shown) : bestFirst(joinTables(logged ?? []))),
    [name, logged, runs, picked.size],
  );
  return html`<div class="board-view">
    <div class="bar">
      <label>From <select value=${name} onChange=${(event: Event) => change({ table: (event.target as HTMLSelectElement).value }, true)}>
        <option value="">last values</option>${(tables ?? []).map((one) => html`<option key=${one} value=${one}>table ${one}</option>`)}</select></label>
      <span class="muted">${picked.size > 0 ? `${some.length} selected runs` : runs.length > MOST ? `the newest ${MOST} of ${runs.length} runs` : `${runs.length} runs`}</span>
      ${picked.size > 0 && html`<button class="quiet" onClick=${() => change({ run: null }, true)}>All runs</button>`}
      <span class="spring"></span>
      <${Exports} table=${named(table, some)} />
    </div>
    ${error !== undefined && html`<p class="error">${error}</p>`}
    ${table.rows.length === 0 ? html`<p class="muted empty">No run has what this table is made of.</p>` : html`<${MeasureTable} table=${table} draw=${drawRun(some)} />`}
    <p class="muted hint">Bold is the best of a column. Intervals are those that the runs logged.</p>
  </div>` as VNode;
}

function Exports({ table }: { table: PlainTable }): VNode {
  const [done, setDone] = useState("");
  const columns = useMemo(() => shownColumns(table), [table]);
  const copy = (what: string, text: string) => async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(`${what} copied`);
    } catch {
      setDone("The browser does not let this page copy; save the file instead.");
    }
  };
  const save = (file: string, text: string): void => {
    const link = document.createElement("a");
    link.href = `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`;
    link.download = file;
    link.click();
  };
  const [markdown, latex] = [toMarkdown(table, columns), toLatex(table, columns)];
  return html`<span class="exports"><span class="muted" role="status">${done}</span>
    <button onClick=${copy("Markdown", markdown)}>Copy Markdown</button><button onClick=${copy("LaTeX", latex)}>Copy LaTeX</button>
    <button class="quiet" onClick=${() => save("leaderboard.md", markdown)}>.md</button><button class="quiet" onClick=${() => save("leaderboard.tex", latex)}>.tex</button>
    <button class="quiet" onClick=${() => save("leaderboard.csv", toCsv(table))}>.csv</button></span>` as VNode;
}

/** For the eye of a reader of the paper: runs by name. */
function named(table: PlainTable, runs: readonly RunItem[]): PlainTable {
  const names = new Map(runs.map(({ id, name }) => [id, name]));
  const at = table.columns.indexOf(RUN_COLUMN);
  return {
    ...table,
    rows: table.rows.map((row) => row.map((cell, i) => (i === at ? (names.get(String(cell)) ?? cell) : cell))),
  };
}

/** Rows by the first measure, the best first. */
function bestFirst(table: PlainTable): PlainTable {
  const measure = shownColumns(table).find(({ isMeasure }) => isMeasure);
  if (measure === undefined) return table;
  const sign = isLowBetter(measure.name) ? 1 : -1;
  const rank = (row: Cell[]): number => {
    const value = cellNumber(row[measure.at]);
    return value === null || Number.isNaN(value) ? Number.MAX_VALUE : sign * value;
  };
  return { ...table, rows: [...table.rows].sort((a, b) => rank(a) - rank(b)) };
}

/** Measures of quality, or what the runs table shows when there are none. */
function boardColumns(names: ColumnNames): string[] {
  const quality = names.metrics.filter((name) => rankOf(name) === 1).slice(0, 12);
  return quality.length > 0
    ? quality.map((name) => `metrics.${name}`)
    : usualColumns(names).filter((one) => one.startsWith("metrics."));
}

/** Best first, by the first measure. */
function valuesTable(runs: readonly RunItem[], columns: readonly string[]): PlainTable {
  const keys = columns.map((column) => column.slice(column.indexOf(".") + 1));
  const rows = runs.map(({ id, values }): Cell[] => [
    id,
    ...keys.map((_, i) => (values[i] === null || values[i] === undefined ? null : numberOf(values[i] as number))),
  ]);
  const given = rows.filter((row) => row.slice(1).some((cell) => cell !== null));
  const sign = isLowBetter(keys[0] ?? "") ? 1 : -1;
  const rank = (row: Cell[]): number =>
    typeof row[1] === "number" && Number.isFinite(row[1]) ? sign * row[1] : Number.POSITIVE_INFINITY;
  return {
    columns: [RUN_COLUMN, ...keys],
    rows: given.sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0)),
  };
}
