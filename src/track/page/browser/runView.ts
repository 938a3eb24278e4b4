import { html } from "htm/preact";
import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { RunDetails } from "../pageWire.ts";
import { tell, useAnswer } from "./api.ts";
import { CurvesPanel } from "./curvesPanel.ts";
import { Editable } from "./editable.ts";
import { formatAgo, formatDuration, formatTime, formatValue, measureTitle } from "./format.ts";
import { isSystemMetric } from "./isSystemMetric.ts";
import { useLiveFeed } from "./liveFeed.ts";
import { addressOf, change, useQuery } from "./query.ts";
import { runLook } from "./runColour.ts";
import { chartRun, RunLink, runAddress, Star, StateBadge, setStar, setTag } from "./runParts.ts";
import { FilesTab, LogTab, SourceTab, TablesTab } from "./runTabs.ts";

/** Tags that the page shows in another form, or that tell nothing to a reader. */
const SHOWN_OTHERWISE =
  /^(mlflow\.(runName|note\.content|parentRunId|user|source\.|log-model|loggedArtifacts)|sulam\.(star|error)$)/;

/** One run: its curves, live while it is written, and all that is known of it. */
export function RunView({ id, version }: { id: string; version: number }): VNode {
  const query = useQuery();
  const [edits, setEdits] = useState(0);
  const { data: run, error } = useAnswer<RunDetails>("/page/run", [["run", id]], `${version} ${edits}`);
  const feed = useLiveFeed(run?.state === "RUNNING" || run?.state === "STALE" ? [id] : [], run?.seq ?? null);
  useEffect(() => {
    if (run !== undefined) document.title = `${run.name} · ${run.experiment} · sulam`;
  }, [run?.name, run?.experiment]);
  useEffect(() => {
    // So that the way back leads to its experiment.
    if (run !== undefined && !query.has("experiment")) change({ experiment: run.experimentId }, true);
  }, [run?.experimentId]);
  const runs = useMemo(() => (run === undefined ? [] : [chartRun(run)]), [run?.id, run?.name]);
  const metrics = useMemo(() => run?.metrics.map(({ key }) => key) ?? [], [run?.metrics.length]);
  if (run === undefined)
    return html`<p class=${error === undefined ? "muted empty" : "error"}>${error ?? "…"}</p>` as VNode;
  const changed = (): void => setEdits((n) => n + 1);
  // the summaries first: a line for each query takes more room than any of them
  const tables = run.files.filter(({ path }) => /^tables\/[^/]+\.json$/.test(path)).sort((a, b) => a.size - b.size);
  const logs = run.files.filter(({ path }) => /(^|\/)logs?\/|\.(log|out|err)$/i.test(path));
  const sources = run.files.filter(({ path }) => path.startsWith("source/"));
  const tabs: [string, string][] = [
    ["", "Curves"],
    ...(tables.length > 0 ? [["tables", `Tables ${tables.length}`] as [string, string]] : []),
    ["files", `Files ${run.files.length}`],
    ...(sources.length > 0 || run.datasets.length > 0 ? [["source", "Source and data"] as [string, string]] : []),
    ...(logs.length > 0 ? [["log", "Log"] as [string, string]] : []),
  ];
  const tab = query.get("tab") ?? "";
  return html`<div class="run-view">
    <${Head} run=${run} onChanged=${changed} />
    ${error !== undefined && html`<p class="error">${error}</p>`}
    <nav class="tabs under" aria-label="Of this run">
      ${tabs.map(([key, label]) => html`<a key=${key} href=${addressOf({ tab: key || null, file: null })} aria-current=${tab === key ? "page" : undefined}>${label}</a>`)}
    </nav>
    ${tab === "" && html`<div class="run-columns"><${CurvesPanel} runs=${runs} metrics=${metrics} feed=${feed} /><${Facts} run=${run} onChanged=${changed} /></div>`}
    ${tab === "tables" && html`<${TablesTab} run=${run} tables=${tables} />`}
    ${tab === "files" && html`<${FilesTab} run=${run} />`}
    ${tab === "source" && html`<${SourceTab} run=${run} files=${sources} />`}
    ${tab === "log" && html`<${LogTab} run=${run} files=${logs} version=${version} />`}
  </div>` as VNode;
}

interface PartProps {
  run: RunDetails;
  onChanged: () => void;
}

function Head({ run, onChanged }: PartProps): VNode {
  const error = run.tags.find(([key]) => key === "sulam.error")?.[1];
  const took = (run.end ?? Date.now()) - run.start;
  return html`<header class="run-head">
    <h1><i class="swatch" style=${{ background: runLook(run.number).colour }}></i>
      <${Editable} value=${run.name} label="Name" onSave=${(name: string) => (name === "" ? Promise.reject(new Error("a run needs a name")) : tell("runs/update", { run_id: run.id, run_name: name }).then(onChanged))} />
      <${Star} on=${run.star} name=${run.name} onToggle=${() => setStar(run.id, !run.star).then(onChanged)} /></h1>
    <p class="facts">
      <${StateBadge} state=${run.state} />${run.isDeleted && html`<span class="state failed">deleted</span>`}
      <a href=${addressOf({ experiment: run.experimentId }, true)}>${run.experiment}</a>
      <span title=${formatTime(run.start)}>began ${formatAgo(run.start, Date.now())}</span>
      ${(run.end !== null || run.state === "RUNNING") && html`<span>${run.end === null ? "so far" : "took"} ${formatDuration(took)}</span>`}
      ${run.parent !== null && html`<a href=${runAddress(run.parent)}>its parent</a>`}
      <code class="muted" title=${run.id}>${run.id.slice(0, 8)}</code>
      <button class="quiet" onClick=${() => tell(run.isDeleted ? "runs/restore" : "runs/delete", { run_id: run.id }).then(onChanged)}>${run.isDeleted ? "Restore" : "Delete"}</button>
    </p>
    ${error !== undefined && html`<pre class="error text">${error}</pre>`}
    <div class="note"><${Editable} value=${run.note} label="Note" hint="Write a note" isLong=${true} onSave=${(note: string) => setTag(run.id, "mlflow.note.content", note, run.note !== "").then(onChanged)} /></div>
  </header>` as VNode;
}

function Facts({ run, onChanged }: PartProps): VNode {
  const tags = run.tags.filter(([key]) => !SHOWN_OTHERWISE.test(key));
  const own = run.metrics.filter(({ key }) => !isSystemMetric(key));
  return html`<aside class="run-facts" aria-label="Values">
    ${own.length > 0 && html`<h2>Last values</h2><table class="pairs"><tbody>${own.map(({ key, value, step }) => html`<tr key=${key}><th scope="row" title=${key}>${measureTitle(key)}</th><td class="number" title=${`${value} at step ${step}`}>${formatValue(value)}</td></tr>`)}</tbody></table>`}
    ${run.params.length > 0 && html`<h2>Parameters</h2><table class="pairs"><tbody>${run.params.map(([key, value]) => html`<tr key=${key}><th scope="row">${key}</th><td>${value}</td></tr>`)}</tbody></table>`}
    ${run.children.length > 0 && html`<h2>Nested runs</h2><ul class="plain">${run.children.map((child) => html`<li key=${child.id}><${RunLink} run=${child} /> <${StateBadge} state=${child.state} /></li>`)}</ul>`}
    <h2>Tags</h2>
    <table class="pairs"><tbody>
      ${tags.map(([key, value]) => html`<tr key=${key}><th scope="row">${key}</th><td><${Editable} value=${value} label=${`Tag ${key}`} onSave=${(text: string) => setTag(run.id, key, text, true).then(onChanged)} /></td></tr>`)}
      <tr><td colspan="2"><${Editable} value="" label="New tag" hint="Add: name = value" onSave=${(text: string) => newTag(run.id, text).then(onChanged)} /></td></tr>
    </tbody></table>
  </aside>` as VNode;
}

async function newTag(run: string, text: string): Promise<void> {
  const [, key, value] = /^\s*([^=]+?)\s*=\s*(.+?)\s*$/s.exec(text) ?? [];
  if (key === undefined) throw new Error("write it as name = value");
  await setTag(run, key, value, false);
}
