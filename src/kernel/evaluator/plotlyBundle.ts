import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { MimeBundle } from "../evaluatorMessages.ts";

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
 * The session's first figure carries the library (4.6 MB), as plotly.py's notebooks do it; the later ones use the first
 * one's, so that a notebook of ten figures does not hold it ten times.
 */
export function plotlyBundle(value: object): MimeBundle | undefined {
  const figure = value as Partial<Figure>;
  if (!Array.isArray(figure.data) || typeof figure.layout !== "object" || figure.layout === null) return undefined;
  const library = plotlySource();
  const isFirst = !isSent;
  isSent ||= library !== undefined;
  const traces = figure.data.length === 1 ? "1 trace" : `${figure.data.length} traces`;
  return {
    [PLOTLY]: value,
    ...(library === undefined ? {} : { "text/html": pageOf(figure as Figure, isFirst ? library : "") }),
    "text/plain": `plotly figure with ${traces}`,
  };
}

let isSent = false;
let cached: { source: string | undefined } | undefined;

/** The library's text as the notebook's project has it; undefined when it is not installed. */
function plotlySource(): string | undefined {
  cached ??= { source: readSource() };
  return cached.source;
}

function readSource(): string | undefined {
  for (const base of [join(process.cwd(), "notebook.js"), import.meta.url]) {
    try {
      return readFileSync(createRequire(base).resolve("plotly.js-dist-min"), "utf8");
    } catch {
      // Not there: the next place, then the text.
    }
  }
  return undefined;
}

/** Waits for the library, since a saved notebook may run its outputs' scripts in another order than their cells'. */
function pageOf(figure: Figure, library: string): string {
  const id = `plotly-${Math.random().toString(36).slice(2)}`;
  const data = JSON.stringify({ data: figure.data, layout: figure.layout }).replace(/</g, "\\u003c");
  // Classic Notebook has AMD's `define`, to which plotly would hand itself over instead of to `window`.
  const guarded = `if (!window.Plotly) { (function (define) {\n${library.replace(/<\/script/gi, "<\\/script")}\n}).call(window); }`;
  const missing = "This figure needs plotly from the notebook's first figure: run that cell again.";
  return `<div id="${id}"></div><script>${library === "" ? "" : guarded}
(function () { const figure = ${data}, place = document.getElementById("${id}"); let tries = 0; (function draw() {
if (window.Plotly) window.Plotly.newPlot(place, figure.data, figure.layout, { responsive: true });
else if (++tries < 50) setTimeout(draw, 100); else place.textContent = "${missing}"; })(); })();</script>`;
}
