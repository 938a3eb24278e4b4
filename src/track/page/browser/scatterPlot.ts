import { html } from "htm/preact";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { RunItem } from "../pageWire.ts";
import { formatValue } from "./format.ts";
import { plotAxis } from "./plotAxis.ts";
import { change, go, useQuery } from "./query.ts";
import { runLook } from "./runColour.ts";
import { runAddress } from "./runParts.ts";
import { scatterAxes } from "./scatterAxes.ts";
import { useWidth } from "./useWidth.ts";

const HEIGHT = 420;
const MARGIN = { left: 64, right: 20, top: 12, bottom: 44 };

/** A point a run, on any two columns. */
export function ScatterPlot({ runs, columns }: { runs: readonly RunItem[]; columns: readonly string[] }): VNode {
  const query = useQuery();
  const [ref, width] = useWidth<HTMLDivElement>();
  const [active, setActive] = useState<string | null>(null);
  const usual = scatterAxes(runs, columns);
  const pick = (name: "x" | "y"): string => {
    const asked = query.get(name);
    return asked !== null && columns.includes(asked) ? asked : usual[name];
  };
  const [xColumn, yColumn] = [pick("x"), pick("y")];
  const x = plotAxis(runs, columns, xColumn, [MARGIN.left, Math.max(MARGIN.left + 10, width - MARGIN.right)]);
  const y = plotAxis(runs, columns, yColumn, [HEIGHT - MARGIN.bottom, MARGIN.top]);
  const placed = runs.flatMap((run) => {
    const [px, py] = [
      x.place(run.values[columns.indexOf(xColumn)] ?? null),
      y.place(run.values[columns.indexOf(yColumn)] ?? null),
    ];
    return px === null || py === null ? [] : [{ run, px, py }];
  });
  const choose = (name: string, label: string, value: string): VNode =>
    html`<label>${label} <select value=${value} onChange=${(event: Event) => change({ [name]: (event.target as HTMLSelectElement).value }, true)}>
      ${columns.map((column) => html`<option key=${column} value=${column}>${column.slice(column.indexOf(".") + 1)}</option>`)}</select></label>` as VNode;
  const shown = placed.find(({ run }) => run.id === active);
  return html`<div class="plot">
    <div class="bar">${choose("x", "Across", xColumn)}${choose("y", "Up", yColumn)}<span class="muted">${placed.length} of ${runs.length} runs have both</span></div>
    <div class="scatter" ref=${ref}>${
      width > 0 &&
      html`<svg width=${width} height=${HEIGHT} role="img" aria-label=${`${y.title} over ${x.title}, ${placed.length} runs`}>
      ${y.ticks.map(({ at, label }) => html`<g key=${label}><line class="grid" x1=${MARGIN.left} x2=${width - MARGIN.right} y1=${at} y2=${at} /><text class="tick" x=${MARGIN.left - 6} y=${at + 3.5} text-anchor="end">${label}</text></g>`)}
      ${x.ticks.map(({ at, label }) => html`<text key=${label} class="tick" x=${at} y=${HEIGHT - MARGIN.bottom + 18} text-anchor="middle">${label}</text>`)}
      <text class="axis-title" x=${(MARGIN.left + width - MARGIN.right) / 2} y=${HEIGHT - 6} text-anchor="middle">${x.title}${x.isLog ? " (log)" : ""}</text>
      <text class="axis-title" transform=${`translate(14 ${(MARGIN.top + HEIGHT - MARGIN.bottom) / 2}) rotate(-90)`} text-anchor="middle">${y.title}${y.isLog ? " (log)" : ""}</text>
      ${placed.map(
        ({
          run,
          px,
          py,
        }) => html`<circle key=${run.id} class=${run.id === active ? "point active" : "point"} cx=${px} cy=${py} r="6" style=${{ fill: runLook(run.number).colour }}
        tabindex="0" role="link" aria-label=${run.name} onPointerEnter=${() => setActive(run.id)} onPointerLeave=${() => setActive(null)} onFocus=${() => setActive(run.id)} onBlur=${() => setActive(null)}
        onClick=${() => go(runAddress(run.id))} onKeyDown=${(event: KeyboardEvent) => event.key === "Enter" && go(runAddress(run.id))} />`,
      )}
    </svg>`
    }
    ${
      shown !== undefined &&
      html`<div class="chart-tip" role="status" style=${{ top: `${shown.py + 8}px`, ...(shown.px > width / 2 ? { right: `${width - shown.px + 10}px` } : { left: `${shown.px + 10}px` }) }}>
      <b>${shown.run.name}</b>${[x, y].map((axis) => html`<div class="tip-row" key=${axis.column}><span class="tip-name">${axis.title}</span><b>${formatValue(shown.run.values[columns.indexOf(axis.column)] ?? null)}</b></div>`)}</div>`
    }
    </div>
  </div>` as VNode;
}
