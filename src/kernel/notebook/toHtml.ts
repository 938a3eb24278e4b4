import { PLOTLY } from "../plotlyType.ts";
import { escapeHtml } from "./escapeHtml.ts";
import { highlight } from "./highlight.ts";
import { markdownToHtml, type PictureSources } from "./markdownToHtml.ts";
import { type Cell, type CodeCell, hasTag, type Notebook } from "./notebook.ts";
import { type OutputContext, outputToHtml } from "./outputToHtml.ts";
import { pageStyle } from "./pageStyle.ts";

/** What the page is made with. */
export interface PageOptions {
  /** Used when the notebook does not begin with a heading. */
  title: string;
  /** The notebook's folder, for the pictures of its texts. */
  folder: string;
  /** The text of plotly's library; asked for only when a figure needs it, undefined when it is not installed. */
  plotly: () => string | undefined;
}

/** A page, and what it lacks. */
export interface Page {
  html: string;
  warnings: string[];
}

/**
 * The notebook as one HTML page that needs no other file and no network: its content security policy forbids requests,
 * so that what an output wants from elsewhere stays out. A cell tagged `remove-cell` is left out, as are the source of
 * one tagged `remove-input` or hidden in Jupyter, and the outputs of one tagged `remove-output`.
 */
export function toHtml(notebook: Notebook, { title, folder, plotly }: PageOptions): Page {
  const warnings: string[] = [];
  const isFigure = (cell: Cell): boolean =>
    cell.cell_type === "code" && cell.outputs.some((output) => "data" in output && PLOTLY in output.data);
  const needsPlotly = notebook.cells.some(isFigure);
  const library = needsPlotly ? plotly() : undefined;
  if (needsPlotly && library === undefined)
    warnings.push("plotly.js-dist-min is not installed, so figures are shown by their stored HTML, picture or text.");
  const body = notebook.cells.map((cell, i) => {
    const warn = (line: string): number => warnings.push(`cell ${i + 1}: ${line}`);
    const attachments = cell.cell_type === "code" ? {} : (cell.attachments ?? {});
    const pictures: PictureSources = { attachments, folder, warn };
    const html = cellToHtml(cell, { pictures, hasPlotly: library !== undefined });
    for (const [, source] of html.matchAll(
      /<(?:script|img|iframe|link)\b[^>]*?\b(?:src|href)=["']?((?:https?:)?\/\/[^"'\s>]+)/gi,
    ))
      warn(`${source} would be fetched, and is blocked`);
    return html;
  });
  const heading = notebook.cells[0]?.cell_type === "markdown" && /^#\s+(.+)/m.exec(notebook.cells[0].source)?.[1];
  // plotly's WebGL traces compile code
  const script = library === undefined ? "'unsafe-inline'" : "'unsafe-inline' 'unsafe-eval'";
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; script-src ${script}`;
  const html = `<!DOCTYPE html>
<html lang="${languageOf(notebook)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(heading || title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
${body.filter((part) => part !== "").join("\n")}
</main>
${library === undefined ? "" : figureScripts(library)}</body>
</html>
`;
  return { html, warnings };
}

function cellToHtml(cell: Cell, context: OutputContext): string {
  if (hasTag(cell, "remove-cell") || cell.source.trim() === "") return "";
  if (cell.cell_type === "code") return codeToHtml(cell, context);
  if (cell.cell_type === "raw") return `<pre class="raw">${escapeHtml(cell.source)}</pre>`;
  return `<section class="text">${markdownToHtml(cell.source, context.pictures)}</section>`;
}

function codeToHtml(cell: CodeCell, context: OutputContext): string {
  const { source_hidden: isHidden, outputs_hidden: areHidden } = (cell.metadata.jupyter ?? {}) as Record<
    string,
    unknown
  >;
  const count = cell.execution_count === null ? "" : `<span class="count">[${cell.execution_count}]</span>`;
  const showsSource = isHidden !== true && !hasTag(cell, "remove-input");
  const source = showsSource ? `<pre class="source">${highlight(cell.source.trimEnd())}</pre>${count}` : "";
  const showsOutputs = areHidden !== true && !hasTag(cell, "remove-output");
  const outputs = showsOutputs ? cell.outputs.map((output) => outputToHtml(output, context)) : [];
  return `<section>${source ? `<div class="code">${source}</div>` : ""}${outputs.join("")}</section>`;
}

/** The language that the author says the texts are in (`metadata.lang`, as some tools write it), else unknown. */
function languageOf({ metadata: { lang } }: Notebook): string {
  return typeof lang === "string" ? escapeHtml(lang) : "";
}

/** Plotly's library once, and the lines that draw each figure in its place. */
function figureScripts(library: string): string {
  // an AMD loader in some output would otherwise take the library
  return `<script>var define = undefined;
${library.replaceAll("</script", "<\\/script")}</script>
<script>
for (const place of document.querySelectorAll(".figure")) {
  const { data, layout = {}, config = {} } = JSON.parse(place.firstChild.textContent);
  place.replaceChildren();
  if (layout.height) place.style.height = place.style.minHeight = layout.height + "px";
  Plotly.newPlot(place, data, layout, { responsive: true, ...config });
}
</script>
`;
}
