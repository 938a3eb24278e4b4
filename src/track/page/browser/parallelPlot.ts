import { html } from "htm/preact";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { RunItem } from "../pageWire.ts";
import { bestMetrics, differingColumns, type PlotAxis, plotAxis } from "./plotAxis.ts";
import { change, go, useQuery } from "./query.ts";
import { runLook } from "./runColour.ts";
import { runAddress } from "./runParts.ts";
import { useWidth } from "./useWidth.ts";

const HEIGHT = 380;
const TOP = 56;
const BOTTOM = 24;
/** Axes that are drawn when none were chosen. */
const PARAMS = 5;
const METRICS = 2;

/** A line a run through its values on parallel axes (Inselberg, "The plane with parallel coordinates", 1985). */
export function ParallelPlot({ runs, columns }: { runs: readonly RunItem[]; columns: readonly string[] }): VNode {
  const query = useQuery();
  const [ref, width] = useWidth<HTMLDivElement>();
  const [active, setActive] = useState<string | null>(null);
  const differing = differingColumns(runs, columns);
  const chosen = query.has("dim") ? query.getAll("dim").filter((one) => columns.includes(one)) : usual(differing);
  const axes = chosen.map((column) => plotAxis(runs, columns, column, [HEIGHT - BOTTOM, TOP]));
  const step = Math.max(110, (width - 140) / Math.max(1, axes.length - 1));
  const x = (i: number): number => 70 + i * step;
  const drawn = Math.max(width, 140 + (axes.length - 1) * step);
  return html`<div class="plot">
    <div class="bar"><details class="picker"><summary>Axes</summary><div class="picker-list"><fieldset><legend>Columns that differ</legend>
      ${differing.map(
        (column) => html`<label key=${column}><input type="checkbox" checked=${chosen.includes(column)}
        onChange=${() => change({ dim: chosen.includes(column) ? chosen.filter((one) => one !== column) : [...chosen, column] }, true)} /> ${column.slice(column.indexOf(".") + 1)}</label>`,
      )}
    </fieldset></div></details><span class="muted">${active === null ? "Point at a line to see its run" : runs.find(({ id }) => id === active)?.name}</span></div>
    <div class="scroll-x" ref=${ref}>${
      axes.length < 2
        ? html`<p class="muted empty">Choose two or more axes.</p>`
        : html`<svg width=${drawn} height=${HEIGHT} role="img" aria-label=${`${runs.length} runs on ${axes.map(({ title }) => title).join(", ")}`}>
      ${runs.map((run) => line(run, { axes, columns, x, state: active === null ? "" : active === run.id ? "active" : "dim", onActive: setActive }))}
      ${axes.map((axis, i) => drawAxis(axis, x(i), i))}
    </svg>`
    }</div>
  </div>` as VNode;
}

interface LineParts {
  axes: readonly PlotAxis[];
  columns: readonly string[];
  x: (i: number) => number;
  state: string;
  onActive: (id: string | null) => void;
}

function line(run: RunItem, { axes, columns, x, state, onActive }: LineParts): VNode {
  let isDrawing = false;
  const path = axes
    .map((axis, i) => {
      const y = axis.place(run.values[columns.indexOf(axis.column)] ?? null);
      const word = y === null ? "" : `${isDrawing ? "L" : "M"}${x(i).toFixed(1)} ${y.toFixed(1)}`;
      isDrawing = y !== null;
      return word;
    })
    .join("");
  const { colour, dash } = runLook(run.number);
  return html`<g key=${run.id} class=${`line ${state}`} onPointerEnter=${() => onActive(run.id)} onPointerLeave=${() => onActive(null)} onClick=${() => go(runAddress(run.id))}>
    <path class="line-hit" d=${path} /><path class="curve" d=${path} style=${{ stroke: colour }} stroke-dasharray=${dash}><title>${run.name}</title></path></g>` as VNode;
}

function drawAxis({ title, ticks, column, isLog }: PlotAxis, x: number, i: number): VNode {
  return html`<g key=${column}>
    <line class="axis" x1=${x} x2=${x} y1=${TOP - 6} y2=${HEIGHT - BOTTOM + 6} />
    <text class="axis-title" x=${x} y=${i % 2 === 0 ? 18 : 36} text-anchor="middle"><title>${column}</title>${title.length > 26 ? `${title.slice(0, 25)}…` : title}${isLog ? " (log)" : ""}</text>
    ${ticks.map(({ at, label }) => html`<text key=${label} class="tick halo" x=${x + 6} y=${at + 3.5}>${label}</text>`)}
  </g>` as VNode;
}

function usual(differing: readonly string[]): string[] {
  const params = differing.filter((one) => one.startsWith("params."));
  return [...params.slice(0, PARAMS), ...bestMetrics(differing).slice(0, METRICS)];
}
