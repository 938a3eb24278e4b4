import { html } from "htm/preact";
import type { VNode } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { ColumnNames, RunList } from "../pageWire.ts";
import { useAnswer } from "./api.ts";
import { ColumnPicker, usualColumns } from "./columnPicker.ts";
import { CurvesPanel } from "./curvesPanel.ts";
import { addressOf, change, useQuery } from "./query.ts";
import { chartRun } from "./runParts.ts";
import { tableRows } from "./runRows.ts";
import { RunsTable } from "./runsTable.ts";

/** Curves beside the table when nothing is selected: of the first runs. */
const FIRST = 8;
/** The server gives curves of as many runs at most. */
const MOST = 100;
/** The selection stands in the address, which may have some 16,000 characters. */
const MOST_PICKED = 300;

/** Words without a comparator look for a name; anything else is the filter language of `search_runs`. */
export function filterOf(text: string): string {
  const words = text.trim();
  if (words === "" || /[=<>'"`]|\b(like|ilike|in|is)\b/i.test(words)) return words;
  return `run_name ILIKE '%${words}%'`;
}

/** The runs of an experiment: the table, and beside it the curves of those that are selected. */
export function RunsView({ experiment, version }: { experiment: string | null; version: number }): VNode {
  const query = useQuery();
  const [edits, setEdits] = useState(0);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const filterBox = useRef<HTMLInputElement>(null);
  const scope: [string, string][] = experiment === null ? [] : [["experiment", experiment]];
  const { data: known } = useAnswer<ColumnNames>("/page/columns", scope, version);
  const names = known ?? EMPTY;
  const columns = query.has("col") ? query.getAll("col").filter((one) => one !== "") : usualColumns(names);
  const group = query.get("group") ?? "";
  const asked = group === "" || columns.includes(group) ? columns : [...columns, group];
  const sort = query.get("sort") ?? "";
  const which = query.get("show") ?? "";
  const filter = filterOf(query.get("filter") ?? "");
  const {
    data: list = NO_RUNS,
    error,
    isWaiting,
  } = useAnswer<RunList>(
    // Which columns are asked for depends on the names.
    known === undefined ? null : "/page/runs",
    [
      ...scope,
      ...(filter === "" ? [] : [["filter", filter] as const]),
      ...(sort === "" ? [] : [["order", sort] as const]),
      ...asked.map((column) => ["column", column] as const),
      ...(which === "deleted" ? [["stage", "deleted"] as const] : []),
    ],
    `${version} ${edits}`,
  );
  // Of the answer, not of the question: while another is under way, values must not stand under wrong heads.
  const { columns: shown, runs } = list;
  const marked = which === "marked" ? runs.filter(({ star }) => star) : runs;
  const picked = query.getAll("run");
  const selected = useMemo(() => new Set(picked), [picked.join()]);
  const rows = useMemo(
    () => tableRows(marked, group === "" ? -1 : shown.indexOf(group), closed),
    [runs, group, closed, which],
  );
  const chosen = marked.filter(({ id }) => selected.has(id));
  const drawn = useMemo(
    () => (chosen.length > 0 ? chosen.slice(0, MOST) : marked.slice(0, FIRST)).map(chartRun),
    [runs, picked.join(), which],
  );
  const hasCurves = query.get("curves") !== "0";
  const onSort = (field: string): void => {
    const next = sort === `${field} DESC` ? `${field} ASC` : sort === `${field} ASC` ? null : `${field} DESC`;
    change({ sort: next }, true);
  };
  const onSelect = (ids: readonly string[], isOn: boolean): void => {
    const rest = picked.filter((id) => !ids.includes(id));
    change({ run: isOn ? [...rest, ...ids].slice(0, MOST_PICKED) : rest }, true);
  };
  return html`<div class=${hasCurves && drawn.length > 0 ? "runs-view with-curves" : "runs-view"}>
    <section class="runs-side" aria-label="Table of runs">
      <form class="bar" onSubmit=${(event: Event) => {
        event.preventDefault();
        change({ filter: filterBox.current?.value || null });
      }}>
        <input class="filter" ref=${filterBox} type="search" name="filter" aria-label="Filter" value=${query.get("filter") ?? ""}
          placeholder="a name, or metrics.loss < 0.5 and params.lr = '0.001'" title="The filter language of MLflow's search_runs, or words of a name. Enter applies." />
        <button>Filter</button>
        <span class="muted count" aria-live="polite">${isWaiting && runs.length === 0 ? "…" : `${marked.length} ${marked.length === 1 ? "run" : "runs"}`}</span>
      </form>
      <div class="bar">
        <${ColumnPicker} names=${names} chosen=${columns} onChoose=${(next: string[] | null) => change({ col: next === null ? null : next.length === 0 ? [""] : next }, true)} />
        <label>Group <select value=${group} onChange=${(event: Event) => change({ group: (event.target as HTMLSelectElement).value || null })}>
          <option value="">by nothing</option>
          ${names.params.map((name) => html`<option key=${name} value=${`params.${name}`}>${name}</option>`)}
          ${names.tags.map((name) => html`<option key=${`t ${name}`} value=${`tags.${name}`}>tag ${name}</option>`)}
        </select></label>
        <select aria-label="Which runs" value=${which} onChange=${(event: Event) => change({ show: (event.target as HTMLSelectElement).value || null }, true)}>
          <option value="">all runs</option><option value="marked">marked</option><option value="deleted">deleted</option></select>
        <label><input type="checkbox" checked=${hasCurves} onChange=${() => change({ curves: hasCurves ? "0" : null }, true)} /> curves</label>
        <span class="spring"></span>
        ${picked.length > 0 && html`<button class="quiet" aria-label="Select none" title="Select none" onClick=${() => change({ run: null }, true)}>None</button>`}
        ${picked.length > 1 && html`<a class="button" href=${addressOf({ view: "compare", run: picked, experiment }, true)}>Compare ${picked.length}</a>`}
      </div>
      ${error !== undefined && html`<p class="error" role="alert">${error}</p>`}
      ${
        marked.length === 0 && !isWaiting && error === undefined
          ? html`<${NoRuns} isFiltered=${filter !== "" || which !== ""} />`
          : html`<${RunsTable} rows=${rows} columns=${shown} sort=${sort} selected=${selected} onSort=${onSort} onSelect=${onSelect}
            onFold=${(name: string) => setClosed((old) => (old.has(name) ? new Set([...old].filter((one) => one !== name)) : new Set([...old, name])))}
            onChanged=${() => setEdits((n) => n + 1)} />`
      }
    </section>
    ${
      hasCurves &&
      drawn.length > 0 &&
      html`<section class="curves-side" aria-label="Curves">
      <p class="muted hint">${chosen.length > 0 ? `Curves of ${drawn.length} selected ${drawn.length === 1 ? "run" : "runs"}` : drawn.length === 1 ? "Curves of the one run" : `Curves of the first ${drawn.length} runs; select some to see theirs`}</p>
      <${CurvesPanel} runs=${drawn} metrics=${names.metrics} version=${version} />
    </section>`
    }
  </div>` as VNode;
}

const NO_RUNS: RunList = { columns: [], runs: [] };
const EMPTY: ColumnNames = { metrics: [], params: [], tags: [] };

const EXAMPLE = `import { withRun } from "sulam/track";

await withRun({ experiment: "first", params: { lr: 0.001 } }, async (run) => {
  for (let step = 0; step < 100; step++) run.metrics({ loss: 1 / (step + 1) }, step);
});`;

function NoRuns({ isFiltered }: { isFiltered: boolean }): VNode {
  if (isFiltered) return html`<p class="empty muted">No run fits.</p>` as VNode;
  return html`<div class="empty"><p>No runs yet. Make one:</p>
    <pre>${EXAMPLE}</pre>
    <p>or point MLflow's client at this server:</p><pre>export MLFLOW_TRACKING_URI=${location.origin}</pre></div>` as VNode;
}
