import { html } from "htm/preact";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { RunItem, RunTable } from "../pageWire.ts";
import { useAnswer } from "./api.ts";
import { joinTables, RUN_COLUMN } from "./joinTables.ts";
import type { Cell, ShownColumn } from "./measures.ts";
import { MeasureTable } from "./measureTable.ts";
import { change, useQuery } from "./query.ts";
import { RunLink } from "./runParts.ts";

/** A table that the runs logged under one name, theirs below each other: measures with intervals on one scale. */
export function CompareTables({ runs }: { runs: readonly RunItem[] }): VNode {
  const query = useQuery();
  const asked = runs.map(({ id }): [string, string] => ["run", id]);
  const { data: names } = useAnswer<string[]>(asked.length === 0 ? null : "/page/table-names", asked);
  const name = query.get("table") ?? names?.[0];
  const { data } = useAnswer<RunTable[]>(name === undefined || asked.length === 0 ? null : "/page/tables", [
    ...asked,
    ["name", name ?? ""],
  ]);
  const table = useMemo(() => joinTables(data ?? []), [data]);
  if (names?.length === 0) return html`<p class="muted empty">These runs logged no tables.</p>` as VNode;
  return html`<div>
    <div class="bar"><label>Table <select value=${name} onChange=${(event: Event) => change({ table: (event.target as HTMLSelectElement).value }, true)}>
      ${(names ?? []).map((one) => html`<option key=${one} value=${one}>${one}</option>`)}</select></label></div>
    <${MeasureTable} table=${table} draw=${drawRun(runs)} />
  </div>` as VNode;
}

/** Draws the column of runs as links. */
export function drawRun(runs: readonly RunItem[]): (column: ShownColumn, cell: Cell) => VNode | undefined {
  const byId = new Map(runs.map((run) => [run.id, run]));
  return ({ name }, cell) => {
    const run = name === RUN_COLUMN ? byId.get(String(cell)) : undefined;
    return run === undefined ? undefined : (html`<${RunLink} run=${run} />` as VNode);
  };
}
