import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { MimeBundle } from "../evaluatorMessages.ts";
import { cellScope } from "./cellScope.ts";

/** The mime type by which plotly figures are known, of which the content is `{ data, layout }`. */
export const PLOTLY = "application/vnd.plotly.v1+json";

interface Figure {
  data: unknown[];
  layout: object;
}

/**
 * A plotly figure, known by its `data` array and `layout` object, in one bundle: as data for frontends that draw it, as
 * HTML for those that do not, where plotly.js-dist-min is installed, and as text. Undefined for everything else.
 *
 * A cell's first figure carries the library, compressed (2 MB); the cell's other figures use that one. So a cell that is
 * run again, or saved alone, still shows itself without a network.
 */
export function plotlyBundle(value: object): MimeBundle | undefined {
  const figure = value as Partial<Figure>;
  if (!Array.isArray(figure.data) || typeof figure.layout !== "object" || figure.layout === null) return undefined;
  const library = plotlySource();
  const cell = cellScope.getStore()?.cell;
  const isFirst = cell === undefined || cell !== carrier;
  carrier = cell;
  const traces = figure.data.length === 1 ? "1 trace" : `${figure.data.length} traces`;
  return {
    [PLOTLY]: value,
    ...(library === undefined ? {} : { "text/html": pageOf(figure as Figure, isFirst ? library : "") }),
    "text/plain": `plotly figure with ${traces}`,
  };
}

/** The cell whose outputs hold the library, the last one that did. */
let carrier: number | undefined;
let cached: { source: string | undefined } | undefined;

/** The library, gzip in base64, as the notebook's project has it; undefined when it is not installed. */
function plotlySource(): string | undefined {
  cached ??= { source: readSource() };
  return cached.source;
}

function readSource(): string | undefined {
  for (const base of [join(process.cwd(), "notebook.js"), import.meta.url]) {
    try {
      return gzipSync(readFileSync(createRequire(base).resolve("plotly.js-dist-min"))).toString("base64");
    } catch {
      // Not there: the next place, then the text.
    }
  }
  return undefined;
}

/** Waits for the library, which unpacks while other outputs' scripts already run. */
function pageOf(figure: Figure, library: string): string {
  const id = `plotly-${Math.random().toString(36).slice(2)}`;
  const data = JSON.stringify({ data: figure.data, layout: figure.layout }).replace(/</g, "\\u003c");
  // Classic Notebook has AMD's `define`, to which plotly would hand itself over instead of to `window`.
  const unpack = `if (!window.Plotly && !window.sulamPlotly) window.sulamPlotly = (async () => {
const bytes = Uint8Array.from(atob("${library}"), (c) => c.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
new Function("define", await new Response(stream).text()).call(window); })();`;
  const missing = "This figure needs the library that its cell's first figure holds: run the cell again.";
  return `<div id="${id}"></div><script>${library === "" ? "" : unpack}
(function () { const figure = ${data}, place = document.getElementById("${id}"); let tries = 0; (function draw() {
if (window.Plotly) window.Plotly.newPlot(place, figure.data, figure.layout, { responsive: true });
else if (++tries < 100) setTimeout(draw, 100); else place.textContent = "${missing}"; })(); })();</script>`;
}
