import { html } from "htm/preact";
import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { axisLabel, ChartTip, linePath } from "./chartParts.ts";
import { formatNumber, formatTick } from "./format.ts";
import { makeScale, type Scale } from "./scale.ts";
import { type Axis, nearest, type Series } from "./series.ts";
import { useWidth } from "./useWidth.ts";

/** What a chart of curves shows. */
export interface LineChartProps {
  title: string;
  series: readonly Series[];
  axis: Axis;
  isLogX: boolean;
  isLogY: boolean;
  height: number;
  /** The part of the horizontal axis that is shown; null: all. */
  zoom: readonly [number, number] | null;
  onZoom: (zoom: readonly [number, number] | null) => void;
}

const MARGIN = { left: 50, right: 10, top: 8, bottom: 22 };

/**
 * Curves over each other. Dragging zooms in, a double click out; the arrow keys move the reading line, Enter zooms to
 * its surroundings, Escape zooms out.
 */
export function LineChart(props: LineChartProps): VNode {
  const { title, series, axis, height, onZoom } = props;
  const [ref, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number | null>(null);
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);
  const pressed = useRef<number | null>(null);
  const { x, y, domain } = scales(props, width);
  const place = (event: PointerEvent): number => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return Math.min(width - MARGIN.right, Math.max(MARGIN.left, event.clientX - box.left));
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const longest = series.reduce<readonly number[]>((best, { xs }) => (xs.length > best.length ? xs : best), []);
    const seen = longest.filter((value) => value >= domain[0] && value <= domain[1]);
    const now = at === null ? 0 : nearest(seen, at);
    const stride = event.shiftKey ? Math.max(1, Math.floor(seen.length / 20)) : 1;
    const places: Record<string, number> = {
      ArrowLeft: at === null ? seen.length - 1 : now - stride,
      ArrowRight: at === null ? 0 : now + stride,
      Home: 0,
      End: seen.length - 1,
    };
    if (event.key in places && seen.length > 0) setAt(seen[Math.min(seen.length - 1, Math.max(0, places[event.key]))]);
    else if (event.key === "Enter" && at !== null) {
      const part = (domain[1] - domain[0]) / 4;
      onZoom([at - part, at + part]);
    } else if (event.key === "Escape") {
      setAt(null);
      onZoom(null);
    } else return;
    event.preventDefault();
  };

  return html`<div
    class="chart"
    ref=${ref}
    tabindex="0"
    role="group"
    aria-label=${describe(title, series)}
    onKeyDown=${onKeyDown}
    onBlur=${() => setAt(null)}
    onPointerMove=${(event: PointerEvent) => {
      const pixel = place(event);
      setAt(x.toValue(pixel));
      if (pressed.current !== null) setDrag([Math.min(pressed.current, pixel), Math.max(pressed.current, pixel)]);
    }}
    onPointerDown=${(event: PointerEvent) => {
      if (event.pointerType === "touch" || event.button !== 0) return;
      pressed.current = place(event);
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
    }}
    onPointerUp=${() => {
      pressed.current = null;
      if (drag !== null && drag[1] - drag[0] > 5) onZoom([x.toValue(drag[0]), x.toValue(drag[1])]);
      setDrag(null);
    }}
    onPointerLeave=${() => setAt(null)}
    onDblClick=${() => onZoom(null)}
  >
    ${
      width > 0 &&
      html`<svg width=${width} height=${height} aria-hidden="true">
      ${y.ticks.map((tick) => gridLine(y.toPixel(tick), width, formatTick(tick)))}
      ${x.ticks.map((tick) => html`<text class="tick" x=${x.toPixel(tick)} y=${height - 6} text-anchor="middle">${axisLabel(axis, tick, domain)}</text>`)}
      <svg x=${MARGIN.left} y=${MARGIN.top - 2} width=${Math.max(0, width - MARGIN.left - MARGIN.right)} height=${height - MARGIN.top - MARGIN.bottom + 4}
        viewBox=${`${MARGIN.left} ${MARGIN.top - 2} ${Math.max(0, width - MARGIN.left - MARGIN.right)} ${height - MARGIN.top - MARGIN.bottom + 4}`}>
        ${series.map((one) => drawSeries(one, x, y))}
        ${drag !== null && html`<rect class="chart-drag" x=${drag[0]} width=${drag[1] - drag[0]} y="0" height=${height} />`}
        ${at !== null && html`<line class="chart-cursor" x1=${x.toPixel(at)} x2=${x.toPixel(at)} y1="0" y2=${height} />`}
        ${at !== null && series.map((one) => dot(one, at, x, y))}
      </svg>
    </svg>`
    }
    ${at !== null && html`<${ChartTip} series=${series} at=${at} axis=${axis} left=${x.toPixel(at)} width=${width} />`}
  </div>`;
}

function scales(
  { series, axis, isLogX, isLogY, height, zoom }: LineChartProps,
  width: number,
): { x: Scale; y: Scale; domain: [number, number] } {
  const canLogX = isLogX && axis !== "time";
  const xs = series.flatMap((one) => (canLogX ? one.xs.filter((value) => value > 0) : [one.xs[0], one.xs.at(-1)!]));
  const whole = extent(xs) ?? [canLogX ? 1 : 0, canLogX ? 10 : 1];
  const domain: [number, number] =
    zoom === null ? whole : [canLogX ? Math.max(zoom[0], whole[0]) : zoom[0], Math.max(zoom[1], whole[0])];
  const ys = series.flatMap((one) =>
    [...one.ys, ...one.smoothed].filter((value, i) => {
      const at = one.xs[i % one.xs.length];
      return Number.isFinite(value) && (!isLogY || value > 0) && at >= domain[0] && at <= domain[1];
    }),
  );
  const [low, high] = extent(ys) ?? [isLogY ? 0.1 : 0, 1];
  const pad = isLogY ? 0 : (high - low) * 0.04 || Math.abs(high) * 0.05 || 0.5;
  return {
    domain,
    x: makeScale({
      domain,
      range: [MARGIN.left, width - MARGIN.right],
      isLog: canLogX,
      ticks: Math.max(2, width / 85),
    }),
    y: makeScale({
      domain: isLogY ? (low === high ? [low / 2, high * 2] : [low, high]) : [low - pad, high + pad],
      range: [height - MARGIN.bottom, MARGIN.top],
      isLog: isLogY,
      ticks: Math.max(2, height / 45),
    }),
  };
}

/** Not by `Math.min(...)`, which takes only so many arguments. */
function extent(values: readonly number[]): [number, number] | undefined {
  if (values.length === 0) return undefined;
  let [low, high] = [values[0], values[0]];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function gridLine(pixel: number, width: number, label: string): VNode {
  return html`<g>
    <line class="grid" x1=${MARGIN.left} x2=${width - MARGIN.right} y1=${pixel} y2=${pixel} />
    <text class="tick" x=${MARGIN.left - 6} y=${pixel + 3.5} text-anchor="end">${label}</text>
  </g>` as VNode;
}

function drawSeries({ xs, ys, smoothed, colour, dash, id }: Series, x: Scale, y: Scale): VNode {
  const isSmoothed = smoothed.some((value, i) => !Object.is(value, ys[i]));
  const single = xs.length === 1 || ys.filter(Number.isFinite).length === 1;
  const dotAt = ys.findIndex(Number.isFinite);
  return html`<g key=${id} style=${{ stroke: colour, fill: colour }}>
    ${isSmoothed && html`<path class="curve raw" d=${linePath(xs, ys, x, y)} />`}
    <path class="curve" d=${linePath(xs, smoothed, x, y)} stroke-dasharray=${dash} />
    ${single && dotAt >= 0 && html`<circle cx=${x.toPixel(xs[dotAt])} cy=${y.toPixel(ys[dotAt])} r="3.5" stroke="none" />`}
  </g>` as VNode;
}

function dot({ xs, smoothed, colour, id }: Series, at: number, x: Scale, y: Scale): VNode | null {
  const i = nearest(xs, at);
  if (i < 0 || !Number.isFinite(y.toPixel(smoothed[i]))) return null;
  const style = { fill: colour };
  return html`<circle key=${id} class="chart-dot" cx=${x.toPixel(xs[i])} cy=${y.toPixel(smoothed[i])} r="3.5" style=${style} />` as VNode;
}

/** What a screen reader says of the chart. */
function describe(title: string, series: readonly Series[]): string {
  const said = series.slice(0, 8).map(({ name, ys }) => `${name} ends at ${formatNumber(ys.at(-1) ?? Number.NaN)}`);
  const more = series.length > 8 ? ` and ${series.length - 8} more` : "";
  return `${title}: ${said.join(", ")}${more}. Arrow keys read values.`;
}
