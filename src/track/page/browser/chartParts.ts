import { html } from "htm/preact";
import type { VNode } from "preact";
import { formatDuration, formatNumber, formatTick, formatTime } from "./format.ts";
import type { Scale } from "./scale.ts";
import { type Axis, nearest, type Series } from "./series.ts";

/** How many curves the tip names. */
const NAMED = 12;

/** The values under the reading line, highest first. */
export function ChartTip(props: {
  series: readonly Series[];
  at: number;
  axis: Axis;
  left: number;
  width: number;
}): VNode {
  const { series, at, axis, left, width } = props;
  const rows = series
    .map((one) => ({ one, i: nearest(one.xs, at) }))
    .filter(({ i }) => i >= 0)
    .sort((a, b) => b.one.smoothed[b.i] - a.one.smoothed[a.i]);
  const isRight = left > width / 2;
  const side = isRight ? { right: `${width - left + 10}px` } : { left: `${left + 10}px` };
  const exact = rows[0] === undefined ? at : rows[0].one.xs[rows[0].i];
  return html`<div class="chart-tip" role="status" style=${side}>
    <div class="muted">${axis === "step" ? `step ${formatNumber(exact)}` : axis === "time" ? formatTime(exact) : formatDuration(exact * 1000)}</div>
    ${rows.slice(0, NAMED).map(
      ({ one, i }) => html`<div class="tip-row" key=${one.id}>
        <i class="swatch" style=${{ background: one.colour }}></i>
        <span class="tip-name">${one.name}</span>
        <b>${formatNumber(one.smoothed[i])}</b>
        ${one.smoothed[i] !== one.ys[i] && html`<span class="muted">${formatNumber(one.ys[i])}</span>`}
      </div>`,
    )}
    ${rows.length > NAMED && html`<div class="muted">and ${rows.length - NAMED} more</div>`}
  </div>` as VNode;
}

/** A tick of the horizontal axis in words. */
export function axisLabel(axis: Axis, tick: number, domain: readonly [number, number]): string {
  if (axis === "step") return formatTick(tick);
  if (axis === "relative") return formatDuration(tick * 1000);
  const text = formatTime(tick);
  return domain[1] - domain[0] > 86_400_000 ? text.slice(5, 16) : text.slice(11, 19);
}

/** An SVG path through the points; what has no place on the axes (NaN, infinities, 0 on a log axis) breaks it. */
export function linePath(xs: readonly number[], ys: readonly number[], x: Scale, y: Scale): string {
  let path = "";
  let isDrawing = false;
  for (let i = 0; i < xs.length; i++) {
    const [px, py] = [x.toPixel(xs[i]), y.toPixel(ys[i])];
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      isDrawing = false;
      continue;
    }
    path += `${isDrawing ? "L" : "M"}${px.toFixed(1)} ${py.toFixed(1)}`;
    isDrawing = true;
  }
  return path;
}
