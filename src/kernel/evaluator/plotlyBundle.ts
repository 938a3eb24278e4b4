import { gzipSync } from "node:zlib";
import { PLOTLY } from "../plotlyType.ts";
import { cellScope } from "./cellScope.ts";
import type { Bundle } from "./earlyBundle.ts";
import { type Figure, FigurePainter, type Picture } from "./figurePainter.ts";
import { plotlyLibrary } from "./plotlyLibrary.ts";

/**
 * A plotly figure, known by its `data` array and `layout` object, in one bundle: as data for frontends that draw it, as
 * HTML for those that do not, where plotly.js-dist-min is installed, and as text. Undefined for everything else.
 *
 * With `SULAM_PNG=1` in the environment, which a cell may set too, the bundle is to be replaced by its `later`, which has
 * a PNG, and the picture in the HTML too, for readers that run no scripts. That takes a browser and its time, so it is
 * not done unasked.
 *
 * A cell's first figure carries the library, compressed (2 MB); the cell's other figures use that one. So a cell that is
 * run again, or saved alone, still shows itself without a network.
 */
export function plotlyBundle(value: object): Bundle | undefined {
  if (!isFigure(value)) return undefined;
  const figure = plain(value);
  const libraries = installed();
  const cell = cellScope.getStore()?.cell;
  const isFirst = cell === undefined || cell !== carrier;
  carrier = cell;
  const traces = figure.data.length === 1 ? "1 trace" : `${figure.data.length} traces`;
  const page = libraries && pageMaker(figure, isFirst ? libraries.packed : "");
  const bundle = (picture?: Picture): Bundle => ({
    data: {
      [PLOTLY]: figure,
      ...(page && { "text/html": page(picture) }),
      ...(picture && { "image/png": picture.png }),
      "text/plain": `plotly figure with ${traces}`,
    },
    ...(picture && { metadata: { "image/png": { width: picture.width, height: picture.height } } }),
  });
  if (!isAsked()) return bundle();
  return { ...bundle(), later: paint(figure, libraries?.painter).then((picture) => picture && bundle(picture)) };
}

/** The cell whose outputs hold the library, the last one that did. */
let carrier: number | undefined;

interface Libraries {
  /** The library, gzip in base64. */
  packed: string;
  painter: FigurePainter;
}

let cached: { libraries: Libraries | undefined } | undefined;

function installed(): Libraries | undefined {
  if (!cached) {
    const source = plotlyLibrary();
    const packed = source && gzipSync(source).toString("base64");
    cached = { libraries: source && packed ? { packed, painter: new FigurePainter(source) } : undefined };
  }
  return cached.libraries;
}

function isFigure(value: object): value is Figure {
  const { data, layout } = value as Partial<Figure>;
  return Array.isArray(data) && typeof layout === "object" && layout !== null;
}

/** A copy as JSON has it; what no JSON can hold stays as it is, and fails where it is sent. */
function plain(figure: Figure): Figure {
  try {
    return JSON.parse(JSON.stringify(figure, plottable));
  } catch {
    return figure;
  }
}

/** JSON makes objects of typed arrays, of which plotly can draw nothing, and refuses BigInts. */
function plottable(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return value;
  return Array.from(value as Float64Array | BigInt64Array, Number);
}

function isAsked(): boolean {
  const { SULAM_PNG = "" } = process.env;
  return SULAM_PNG !== "" && SULAM_PNG !== "0";
}

/** What was told already: once is enough. */
const told = new Set<string>();

/** Undefined when there can be none; the cell's stderr then says why. */
async function paint(figure: Figure, painter: FigurePainter | undefined): Promise<Picture | undefined> {
  try {
    if (!painter) throw new Error("PNG of figures: plotly.js-dist-min is not installed. Install it with npm.");
    // the browser serves other cells too: it must not end with this one
    return await cellScope.exit(() => painter.paint(figure));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (!told.has(why)) process.stderr.write(`The figure has no PNG. ${why}\n`);
    told.add(why);
    return undefined;
  }
}

/** Makes the HTML, which waits for the library: it unpacks while other outputs' scripts already run. */
function pageMaker(figure: Figure, library: string): (picture?: Picture) => string {
  const id = `plotly-${Math.random().toString(36).slice(2)}`;
  const data = JSON.stringify({ data: figure.data, layout: figure.layout }).replace(/</g, "\\u003c");
  // Classic Notebook has AMD's `define`, to which plotly would hand itself over instead of to `window`.
  const unpack = `if (!window.Plotly && !window.sulamPlotly) window.sulamPlotly = (async () => {
const bytes = Uint8Array.from(atob("${library}"), (c) => c.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
new Function("define", await new Response(stream).text()).call(window); })();`;
  const missing = "This figure needs the library that its cell's first figure holds: run the cell again.";
  const script = `<script>${library === "" ? "" : unpack}
(function () { const figure = ${data}, place = document.getElementById("${id}"); let tries = 0; (function draw() {
if (window.Plotly) { place.replaceChildren(); window.Plotly.newPlot(place, figure.data, figure.layout, { responsive: true }); }
else if (++tries < 100) setTimeout(draw, 100); else if (!place.firstChild) place.textContent = "${missing}"; })(); })();</script>`;
  return (picture) => `<div id="${id}">${picture ? imageOf(picture) : ""}</div>${script}`;
}

function imageOf({ png, width, height }: Picture): string {
  return `<img src="data:image/png;base64,${png}" width="${width}" height="${height}" alt="plotly figure">`;
}
