import { html } from "htm/preact";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { DatasetItem, FileItem, RunDetails, RunTable } from "../pageWire.ts";
import { useAnswer } from "./api.ts";
import { FilePreview, TextPreview } from "./filePreview.ts";
import { formatBytes } from "./format.ts";
import { MeasureTable } from "./measureTable.ts";
import { addressOf, useQuery } from "./query.ts";

/** Bytes of a table's file from which on it is folded: some hundred lines. */
const LARGE = 50_000;

/** The tables that the run logged; large ones are drawn when they are opened. */
export function TablesTab({ run, tables }: { run: RunDetails; tables: readonly FileItem[] }): VNode {
  return html`<div class="stack">${tables.map(({ path, size }) => {
    const name = path.slice("tables/".length, -".json".length);
    const isFolded = size > LARGE && tables.length > 1;
    return html`<${isFolded ? FoldedTable : LoggedTable} key=${name} run=${run.id} name=${name} />`;
  })}</div>` as VNode;
}

function FoldedTable({ run, name }: { run: string; name: string }): VNode {
  const [isOpen, setOpen] = useState(false);
  const toggled = (event: Event): void => setOpen((event.target as HTMLDetailsElement).open);
  return html`<details class="folded-table" onToggle=${toggled}><summary>${name}</summary>
    ${isOpen && html`<${LoggedTable} run=${run} name=${name} />`}</details>` as VNode;
}

function LoggedTable({ run, name }: { run: string; name: string }): VNode {
  const { data, error } = useAnswer<RunTable[]>("/page/tables", [
    ["run", run],
    ["name", name],
  ]);
  const table = data?.[0]?.table;
  return html`<section><h2>${name}</h2>
    ${error !== undefined && html`<p class="error">${error}</p>`}
    ${table === null && html`<p class="error">Its file is no table: {"columns": [...], "data": [[...]]} was expected.</p>`}
    ${table && html`<${MeasureTable} table=${table} />`}</section>` as VNode;
}

/** The run's files, and what is in the chosen one. */
export function FilesTab({ run }: { run: RunDetails }): VNode {
  const query = useQuery();
  const chosen = run.files.find(({ path }) => path === query.get("file"));
  if (run.files.length === 0) return html`<p class="muted empty">No files were stored.</p>` as VNode;
  return html`<div class="files">
    <ul class="plain file-list" aria-label="Files">${run.files.map(
      (file) =>
        html`<li key=${file.path}><a href=${addressOf({ file: file.path })} aria-current=${file === chosen ? "true" : undefined}><span class="path">${file.path}</span><span class="muted">${formatBytes(file.size)}</span></a></li>`,
    )}</ul>
    ${chosen === undefined ? html`<p class="muted empty">Choose a file.</p>` : html`<${FilePreview} key=${chosen.path} run=${run.id} file=${chosen} />`}
  </div>` as VNode;
}

/** What was noted of the code and the data. */
export function SourceTab({ run, files }: { run: RunDetails; files: readonly FileItem[] }): VNode {
  const tag = (name: string): string | undefined => run.tags.find(([key]) => key === `mlflow.source.${name}`)?.[1];
  const commit = tag("git.commit");
  const ranked = [...files].sort((a, b) => Number(b.path.endsWith(".diff")) - Number(a.path.endsWith(".diff")));
  return html`<div class="stack">
    <section><h2>Source</h2><table class="pairs wide"><tbody>
      ${tag("name") && html`<tr><th scope="row">program</th><td>${tag("name")}</td></tr>`}
      ${commit && html`<tr><th scope="row">commit</th><td><code>${commit}</code> ${tag("git.branch")}${tag("git.dirty") === "true" && html` <span class="state stale">with changes that are not committed</span>`}</td></tr>`}
      ${run.user && html`<tr><th scope="row">user</th><td>${run.user}</td></tr>`}
    </tbody></table></section>
    ${
      run.datasets.length > 0 &&
      html`<section><h2>Data sets</h2><div class="scroll-x"><table class="measures"><thead><tr><th>name</th><th>used for</th><th>digest</th><th>source</th></tr></thead>
      <tbody>${run.datasets.map((one) => html`<${DatasetRow} key=${one.name + one.digest} one=${one} />`)}</tbody></table></div></section>`
    }
    ${ranked.map(({ path }) => html`<section key=${path}><h2>${path.slice("source/".length)}</h2><${TextPreview} run=${run.id} path=${path} /></section>`)}
  </div>` as VNode;
}

function DatasetRow({ one }: { one: DatasetItem }): VNode {
  const more = [one.schema, one.profile].filter((text) => text !== "");
  return html`<tr><td>${one.name}</td><td>${one.context}</td><td><code>${one.digest}</code></td><td>${one.source}
    ${more.length > 0 && html`<details><summary>more</summary>${more.map((text, i) => html`<pre class="text" key=${i}>${text}</pre>`)}</details>`}</td></tr>` as VNode;
}

/** What the run wrote: the end of its logs. */
export function LogTab({
  run,
  files,
  version,
}: {
  run: RunDetails;
  files: readonly FileItem[];
  version: number;
}): VNode {
  return html`<div class="stack">${files.map(({ path }) => html`<section key=${path}><h2>${path}</h2><${TextPreview} run=${run.id} path=${path} fromEnd=${true} version=${version} /></section>`)}</div>` as VNode;
}
