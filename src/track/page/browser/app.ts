import { html } from "htm/preact";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { ExperimentItem } from "../pageWire.ts";
import { useAnswer } from "./api.ts";
import { lazyView } from "./lazyView.ts";
import { useStoreVersion } from "./liveFeed.ts";
import { addressOf, follow, go, useQuery } from "./query.ts";
import { RunsView } from "./runsView.ts";

// The table of runs is what people open first; it does not wait for the code of the others.
const BoardView = lazyView(() => import("./boardView.ts").then((file) => file.BoardView));
const CompareView = lazyView(() => import("./compareView.ts").then((file) => file.CompareView));
const RunView = lazyView(() => import("./runView.ts").then((file) => file.RunView));

/** The page: a thin bar to choose what is shown, and the view that the address names. */
export function App(): VNode {
  const query = useQuery();
  const version = useStoreVersion();
  const { data: experiments = [], error } = useAnswer<ExperimentItem[]>("/page/experiments", [], version);
  const view = query.get("view") ?? "runs";
  const experiment = query.get("experiment");
  const selected = query.getAll("run");
  const keep = { experiment };
  const views: [string, string, string][] = [
    ["runs", "Runs", addressOf({ ...keep, run: selected }, true)],
    ["board", "Leaderboard", addressOf({ ...keep, view: "board", run: selected }, true)],
    [
      "compare",
      selected.length > 1 ? `Compare ${selected.length}` : "Compare",
      addressOf({ ...keep, view: "compare", run: selected }, true),
    ],
  ];
  useEffect(() => {
    const name = experiments.find(({ id }) => id === experiment)?.name;
    if (view !== "run")
      document.title = `${views.find(([key]) => key === view)?.[1] ?? "Runs"}${name === undefined ? "" : ` · ${name}`} · sulam`;
  });
  return html`<div class="app" onClick=${follow}>
    <a class="skip" href="#main">To the content</a>
    <nav class="top" aria-label="Pages">
      <a class="brand" href="/">sulam</a>
      <select aria-label="Experiment" value=${experiment ?? ""}
        onChange=${(event: Event) => go(addressOf({ experiment: (event.target as HTMLSelectElement).value || null, view: view === "board" ? "board" : null }, true))}>
        <option value="">All experiments</option>
        ${experiments.map(({ id, name, runs }) => html`<option key=${id} value=${id}>${name} (${runs})</option>`)}
      </select>
      <span class="tabs">
        ${views.map(([key, label, href]) => html`<a key=${key} href=${href} aria-current=${view === key ? "page" : undefined}>${label}</a>`)}
      </span>
    </nav>
    <main id="main" class=${`view-${view}`}>
      ${error !== undefined && html`<p class="error">${error}</p>`}
      ${view === "run" && html`<${RunView} key=${query.get("id")} id=${query.get("id") ?? ""} version=${version} />`}
      ${view === "compare" && html`<${CompareView} ids=${selected} version=${version} />`}
      ${view === "board" && html`<${BoardView} experiment=${experiment} version=${version} />`}
      ${!["run", "compare", "board"].includes(view) && html`<${RunsView} experiment=${experiment} version=${version} />`}
    </main>
  </div>` as VNode;
}
