import { html } from "htm/preact";
import type { VNode } from "preact";
import { CurveCard, type CurveSettings } from "./curveCard.ts";
import { isSystemMetric } from "./isSystemMetric.ts";
import type { LiveFeed } from "./liveFeed.ts";
import { change, useQuery } from "./query.ts";
import type { Axis, ChartRun } from "./series.ts";

/** What the panel shows. */
export interface CurvesPanelProps {
  runs: readonly ChartRun[];
  /** Every metric that these runs have. */
  metrics: readonly string[];
  feed?: LiveFeed;
  version?: number;
}

type Zoom = (zoom: readonly [number, number] | null) => void;

/** Cards that are drawn before "show all" is asked for. */
const FEW = 24;

/**
 * The curves of some runs, a card a metric, with what is set for all of them; the settings stand in the address. Those
 * of the machine stand folded at the end.
 */
export function CurvesPanel({ runs, metrics, feed, version }: CurvesPanelProps): VNode {
  const query = useQuery();
  const settings = settingsOf(query);
  const search = query.get("metric") ?? "";
  const large = query.getAll("large");
  const words = search.toLowerCase().split(/\s+/);
  const found = metrics.filter((name) => words.every((word) => name.toLowerCase().includes(word)));
  const system = found.filter(isSystemMetric).sort();
  const own = found.filter((one) => !isSystemMetric(one));
  const ordered = own.sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
  const shown = query.get("all") === "1" ? ordered : ordered.slice(0, FEW);
  const isSystemOpen = query.get("system") === "1";
  const setZoom: Zoom = (zoom) =>
    change({ zoom: zoom === null ? null : zoom.map((one) => Number(one.toPrecision(9))).join("~") }, true);
  const card = (metric: string, drawn: CurveSettings, onZoom: Zoom): VNode =>
    html`<${CurveCard} key=${metric} metric=${metric} runs=${runs} settings=${drawn} onZoom=${onZoom}
      feed=${feed} version=${version} isLarge=${large.includes(metric)}
      onLarge=${() => change({ large: large.includes(metric) ? large.filter((one) => one !== metric) : [...large, metric] }, true)} />` as VNode;
  return html`<div class="curves">
    <div class="bar" role="group" aria-label="How curves are drawn">
      <input type="search" placeholder="Find metric" aria-label="Find metric" value=${search}
        onInput=${(event: InputEvent) => change({ metric: (event.target as HTMLInputElement).value || null }, true)} />
      <label>Axis <select value=${settings.axis} onChange=${(event: Event) => change({ axis: (event.target as HTMLSelectElement).value, zoom: null }, true)}>
        <option value="step">step</option><option value="relative">elapsed</option><option value="time">clock</option>
      </select></label>
      <label>Smooth <input type="range" min="0" max="0.99" step="0.01" value=${settings.smoothing}
        onInput=${(event: InputEvent) => change({ smooth: (event.target as HTMLInputElement).value }, true)} />
        <output>${settings.smoothing.toFixed(2)}</output></label>
      <label><input type="checkbox" checked=${settings.isLogY} onChange=${() => change({ logy: settings.isLogY ? null : "1" }, true)} /> log y</label>
      <label><input type="checkbox" checked=${settings.isLogX} onChange=${() => change({ logx: settings.isLogX ? null : "1" }, true)} /> log x</label>
      ${settings.zoom !== null && html`<button class="quiet" onClick=${() => setZoom(null)}>Whole range</button>`}
    </div>
    ${own.length === 0 && html`<p class="muted empty">${metrics.every(isSystemMetric) ? "No metric was logged yet." : "No metric has this in its name."}</p>`}
    <div class="cards">${shown.map((metric) => card(metric, settings, setZoom))}</div>
    ${shown.length < ordered.length && html`<button onClick=${() => change({ all: "1" }, true)}>Show all ${ordered.length} metrics</button>`}
    ${
      system.length > 0 &&
      html`<section class="system" aria-label="System">
      <h2><button class="quiet fold" aria-expanded=${isSystemOpen} onClick=${() => change({ system: isSystemOpen ? null : "1" }, true)}>System</button>
        <span class="muted">${system.length}</span></h2>
      ${isSystemOpen && html`<div class="cards">${system.map((metric) => card(metric, ...overTime(settings, setZoom)))}</div>`}
    </section>`
    }
  </div>` as VNode;
}

/** What is looked at first: the loss, then measures of quality, then the rest; the machine's figures last. */
export function rankOf(metric: string): number {
  const at = [/(^|[^a-z])loss/i, /recall|mrr|ndcg|map|acc|f1|spearman|score/i].findIndex((kind) => kind.test(metric));
  return at < 0 ? 5 : at;
}

/** The machine is sampled by the clock, so its curves have no steps to tell; to zoom into them, all are drawn over time. */
function overTime(settings: CurveSettings, onZoom: Zoom): [CurveSettings, Zoom] {
  if (settings.axis !== "step") return [settings, onZoom];
  const zoomAll: Zoom = (zoom) => {
    change({ axis: "relative" }, true);
    onZoom(zoom);
  };
  return [{ ...settings, axis: "relative", isLogX: false, zoom: null }, zoomAll];
}

function settingsOf(query: URLSearchParams): CurveSettings {
  const axis = query.get("axis");
  const zoom = (query.get("zoom") ?? "").split("~").map(Number);
  const smoothing = Number(query.get("smooth") ?? 0);
  return {
    axis: axis === "relative" || axis === "time" ? axis : ("step" satisfies Axis),
    isLogX: query.get("logx") === "1",
    isLogY: query.get("logy") === "1",
    smoothing: smoothing > 0 ? Math.min(0.99, smoothing) : 0,
    zoom: zoom.length === 2 && zoom.every(Number.isFinite) ? [zoom[0], zoom[1]] : null,
  };
}
