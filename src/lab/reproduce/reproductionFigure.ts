import { escapeHtml } from "../../kernel/notebook/escapeHtml.ts";
import type { Bounded, ReproductionRow } from "./reproduction.ts";

/** Pixels: the label's width, the axis's length, a row's height, room at top and right. */
const [LABEL, AXIS, ROW, TOP, RIGHT] = [320, 500, 26, 40, 40];

const SIDES = ["published", "reproduced", "corrected"] as const;
/** Each side lies a little below the one before, so that intervals do not hide each other. */
const SHIFT = { published: -6, reproduced: 0, corrected: 6 } as const;

/**
 * The greatest k of each line as an SVG figure: a point for each of published, reproduced and corrected on an axis from
 * 0 to 1, with its 95 % interval. Lines without any figure are left out.
 *
 * @returns SVG, or "" when there is nothing to show
 */
export function reproductionFigure(rows: readonly ReproductionRow[]): string {
  const shown = rows.filter((row) => SIDES.some((side) => row[side] !== null));
  if (shown.length === 0) return "";
  const ks = shown.flatMap((row) => SIDES.flatMap((side) => Object.keys(row[side]?.hitAt ?? {})));
  const k = String(Math.max(...ks.map(Number)));
  const bottom = TOP + shown.length * ROW;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((value) => {
    const at = `x1="${x(value)}" x2="${x(value)}" y1="${TOP}" y2="${bottom}"`;
    return `<line class="axis" ${at}/><text x="${x(value)}" y="${bottom + 16}" text-anchor="middle">${value}</text>`;
  });
  const legend = SIDES.map((side, i) => {
    const at = LABEL + i * 140;
    return `<circle class="${side}" cx="${at}" cy="14" r="4"/><text x="${at + 10}" y="18">${side}</text>`;
  });
  const lines = shown.map((row, i) => {
    const y = TOP + (i + 0.5) * ROW;
    const label = escapeHtml(`${row.system} (${row.dataset})`);
    const points = SIDES.map((side) => point(side, y + SHIFT[side], row[side]?.hitAt[k], row[side]?.runId));
    return `<text x="${LABEL - 12}" y="${y + 4}" text-anchor="end">${label}</text>${points.join("")}`;
  });
  const size = `viewBox="0 0 ${LABEL + AXIS + RIGHT} ${bottom + 24}" width="${LABEL + AXIS + RIGHT}"`;
  const parts = [...ticks, ...legend, ...lines].join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="hit@${k} by system">\n${parts}\n</svg>`;
}

function x(value: number): number {
  return LABEL + value * AXIS;
}

function point(side: string, y: number, found: Bounded | undefined, runId: string | null | undefined): string {
  if (found === undefined) return "";
  const { mean, low, high } = found;
  const title = escapeHtml(`${side} ${mean.toFixed(3)}${runId ? `, run ${runId}` : ""}`);
  const bar =
    low === null || high === null ? "" : `<line class="${side}" x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}"/>`;
  return `${bar}<circle class="${side}" cx="${x(mean)}" cy="${y}" r="4"><title>${title}</title></circle>`;
}
