import type { Cell, Table } from "../../base/table.ts";
import { escapeHtml } from "../../kernel/notebook/escapeHtml.ts";
import type { Bounded, Measured, Reproduction, ReproductionRow } from "./reproduction.ts";
import { reproductionFigure } from "./reproductionFigure.ts";

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --published: #8a5a00; --reproduced: #1b5fae; --corrected: #1b6e3c; }
@media (prefers-color-scheme: dark) { :root { --published: #ffc46b; --reproduced: #8ab8ff; --corrected: #7fd6a0; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .6rem; text-align: left; vertical-align: top; }
td.number { text-align: right; white-space: nowrap; }
svg { max-width: 100%; height: auto; font: 13px system-ui, sans-serif; fill: currentColor; }
svg .axis { stroke: var(--line); }
svg .published { fill: var(--published); stroke: var(--published); }
svg .reproduced { fill: var(--reproduced); stroke: var(--reproduced); }
svg .corrected { fill: var(--corrected); stroke: var(--corrected); }`;

const SIDES = ["published", "reproduced", "corrected"] as const;

/**
 * A reproduction as one page without links to others: a figure of hit@10, the published, reproduced and corrected
 * figures side by side, each with its run or the notebook that printed it, then all of ours with intervals, the tests
 * beside BM25, and what is to be known about them.
 *
 * @returns HTML
 */
export function reproductionPage({ task, runId, pool, rows, measured, tests, notes }: Reproduction): string {
  const title = escapeHtml(`${task} on ${pool.name}`);
  const beside = "Beside BM25: difference of hit@10, its interval, p of a sign-flip permutation test, p after Holm";
  const parts = [
    `<h1>${title}: published, reproduced, corrected</h1>`,
    `<p>Run <code>${escapeHtml(runId)}</code>; pool sha256 <code>${escapeHtml(pool.sha256)}</code>.</p>`,
    reproductionFigure(rows),
    `<h2>Side by side</h2>`,
    sideBySide(rows),
    `<h2>All measures of ours, with 95 % intervals over groups</h2>`,
    plainTable(measured, runId),
    ...(tests.rows.length === 0 ? [] : [`<h2>${escapeHtml(beside)}</h2>`, plainTable(tests, runId)]),
    `<h2>To be known</h2>`,
    `<ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("\n")}</ul>`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}
</style>
</head>
<body>
${parts.join("\n")}
</body>
</html>
`;
}

/** A column for each side and k; what is missing says why. */
function sideBySide(rows: readonly ReproductionRow[]): string {
  const ks = [...new Set(rows.flatMap((row) => SIDES.flatMap((side) => Object.keys(row[side]?.hitAt ?? {}))))];
  const head = ["data", "system", ...SIDES.flatMap((side) => ks.map((k) => `${side} @${k}`)), "from", "missing"];
  const body = rows.map((row) => {
    const figures = SIDES.flatMap((side) => ks.map((k) => figure(row[side], k, row.published?.source ?? "")));
    const from = [row.reproduced?.runId?.slice(0, 8), row.published?.source].filter((text) => text !== undefined);
    return `<tr>${td(row.dataset)}${td(row.system)}${figures.join("")}${td(from.join("; "))}${td(row.why)}</tr>`;
  });
  return table(head, body);
}

/** One number, with where it comes from. */
function figure(side: Measured | null, k: string, source: string): string {
  const found = side?.hitAt[k];
  if (found === undefined) return `<td class="number"></td>`;
  const from = side?.runId === null ? source : `run ${side?.runId}`;
  return `<td class="number" title="${escapeHtml(from)}">${bounded(found)}</td>`;
}

function bounded({ mean, low, high }: Bounded): string {
  return low === null || high === null ? short(mean) : `${short(mean)} [${short(low)}, ${short(high)}]`;
}

function short(value: number): string {
  return value.toFixed(3).replace(/^(-?)0\./, "$1.");
}

function plainTable({ columns, rows }: Table, runId: string): string {
  const cell = (value: Cell): string => {
    if (typeof value !== "number") return td(value === null ? "" : String(value));
    const text = Number.isInteger(value) ? String(value) : short(value);
    return `<td class="number" title="run ${escapeHtml(runId)}">${text}</td>`;
  };
  return table(
    columns,
    rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`),
  );
}

function table(head: readonly string[], body: readonly string[]): string {
  const names = head.map((name) => `<th>${escapeHtml(name)}</th>`).join("");
  return `<div class="wide"><table><thead><tr>${names}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table></div>`;
}

function td(text: string): string {
  return `<td>${escapeHtml(text)}</td>`;
}
