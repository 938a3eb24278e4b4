import { html } from "htm/preact";
import type { VNode } from "preact";
import type { RunItem, RunState } from "../pageWire.ts";
import { tell } from "./api.ts";
import { addressOf, currentQuery } from "./query.ts";
import { runLook } from "./runColour.ts";
import type { ChartRun } from "./series.ts";

const STATES: Readonly<Record<RunState, readonly [string, string]>> = {
  RUNNING: ["running", "It is being written."],
  SCHEDULED: ["scheduled", "It waits to begin."],
  FINISHED: ["finished", "It came to its end."],
  FAILED: ["failed", "It ended with an error."],
  KILLED: ["stopped", "Somebody stopped it."],
  CRASHED: ["crashed", "Its process died without a word."],
  STALE: ["stale", "It should be written, but nothing was heard of it for long."],
};

/** How a run stands, as a word and a sign; not by colour alone. */
export function StateBadge({ state }: { state: RunState }): VNode {
  const [word, meaning] = STATES[state];
  return html`<span class=${`state ${word}`} title=${meaning}><i aria-hidden="true"></i>${word}</span>` as VNode;
}

/** A run's name with its colour, as a link to its page. */
export function RunLink({ run }: { run: Pick<RunItem, "id" | "name" | "number"> }): VNode {
  return html`<a class="run-link" href=${runAddress(run.id)} title=${run.name}>
    <i class="swatch" style=${{ background: runLook(run.number).colour }}></i><span>${run.name}</span></a>` as VNode;
}

/** The address of run pages without the id, for the address at which it was made. */
let kept = { search: "", start: "" };

/** Where a run's page is. A table asks for hundreds of these while it is scrolled. */
export function runAddress(id: string): string {
  if (kept.start === "" || kept.search !== location.search) {
    const query = currentQuery();
    const start = addressOf({ view: "run", experiment: query.get("experiment"), run: query.getAll("run") }, true);
    kept = { search: location.search, start };
  }
  return `${kept.start}&id=${id}`;
}

/** A run as charts take it. */
export function chartRun({ id, name, number }: Pick<RunItem, "id" | "name" | "number">): ChartRun {
  const { colour, dash } = runLook(number);
  return { id, name, colour, dash };
}

/** Sets a tag; an empty one is taken away. @throws {Error} */
export async function setTag(run: string, key: string, value: string, had: boolean): Promise<void> {
  if (value !== "") await tell("runs/set-tag", { run_id: run, key, value });
  else if (had) await tell("runs/delete-tag", { run_id: run, key });
}

/** Marks a run, or takes the mark away. @throws {Error} */
export function setStar(run: string, isOn: boolean): Promise<void> {
  return setTag(run, "sulam.star", isOn ? "true" : "", true);
}

/** The button that marks a run. */
export function Star({ on, name, onToggle }: { on: boolean; name: string; onToggle: () => void }): VNode {
  return html`<button class=${on ? "star on" : "star"} aria-pressed=${on} aria-label=${`Mark ${name}`} title="Mark" onClick=${onToggle}>
    <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path d="M8 1.6l2 4.2 4.6.6-3.4 3.1.9 4.5L8 11.8 3.9 14l.9-4.5L1.4 6.4 6 5.8z" /></svg>
  </button>` as VNode;
}
