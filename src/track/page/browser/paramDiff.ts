import { html } from "htm/preact";
import type { VNode } from "preact";
import type { RunItem } from "../pageWire.ts";
import { formatValue } from "./format.ts";
import { isSystemColumn } from "./isSystemMetric.ts";
import { change, useQuery } from "./query.ts";
import { RunLink } from "./runParts.ts";

/** Parameters and last values of runs side by side, without the machine's; at first only where they differ. */
export function ParamDiff({ runs, columns }: { runs: readonly RunItem[]; columns: readonly string[] }): VNode {
  const query = useQuery();
  const isAll = query.get("same") === "1";
  const rows = columns.map((column, i) => ({ column, values: runs.map(({ values }) => values[i] ?? null) }));
  const given = rows.filter(({ column, values }) => values.some((value) => value !== null) && !isSystemColumn(column));
  const differing = given.filter(({ values }) => new Set(values).size > 1);
  const shown = isAll ? given : differing;
  const part = (title: string, start: string): VNode | false => {
    const found = shown.filter(({ column }) => column.startsWith(start));
    return (
      found.length > 0 &&
      (html`<tbody><tr class="part"><th scope="rowgroup" colspan=${runs.length + 1}>${title}</th></tr>
      ${found.map(({ column, values }) => {
        const isSame = new Set(values).size === 1;
        return html`<tr key=${column} class=${isSame ? "same" : ""}><th scope="row">${column.slice(start.length)}</th>
          ${values.map((value, j) => html`<td key=${runs[j].id} class=${isSame || value === values[0] ? "" : "other"} title=${value === null ? "not given" : String(value)}>${value === null ? "–" : formatValue(value)}</td>`)}</tr>`;
      })}</tbody>` as VNode)
    );
  };
  return html`<div>
    <div class="bar"><label><input type="checkbox" checked=${!isAll} onChange=${() => change({ same: isAll ? null : "1" }, true)} /> only what differs</label>
      <span class="muted">${differing.length} of ${given.length} rows differ</span></div>
    <div class="scroll-x"><table class="diff-table"><thead><tr><th></th>${runs.map((run) => html`<th key=${run.id} scope="col"><${RunLink} run=${run} /></th>`)}</tr></thead>
      ${part("Parameters", "params.")}${part("Last values", "metrics.")}</table></div>
    ${shown.length === 0 && html`<p class="muted empty">The runs do not differ.</p>`}
  </div>` as VNode;
}
