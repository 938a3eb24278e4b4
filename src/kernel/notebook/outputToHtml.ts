import { PLOTLY } from "../plotlyType.ts";
import { ansiToHtml } from "./ansiToHtml.ts";
import { escapeHtml } from "./escapeHtml.ts";
import { markdownToHtml, type PictureSources } from "./markdownToHtml.ts";
import type { Output } from "./notebook.ts";

/** What an output is shown with. */
export interface OutputContext {
  pictures: PictureSources;
  /** True when plotly's library will be in the page. */
  hasPlotly: boolean;
}

/** One output as HTML, by the richest form that works without a network; text is escaped, HTML is trusted. */
export function outputToHtml(output: Output, context: OutputContext): string {
  if (output.output_type === "stream")
    return wrap(output.name === "stderr" ? "output stderr" : "output", `<pre>${ansiToHtml(output.text)}</pre>`);
  if (output.output_type === "error") {
    const { ename, evalue, traceback } = output;
    const text = traceback.length > 0 ? traceback.join("\n") : `${ename}: ${evalue}`;
    return wrap("output error", `<pre>${ansiToHtml(text)}</pre>`);
  }
  return wrap("output", bundleToHtml(output.data, context));
}

function wrap(name: string, html: string): string {
  return html === "" ? "" : `<div class="${name}">${html}</div>`;
}

function bundleToHtml(data: Record<string, unknown>, { pictures, hasPlotly }: OutputContext): string {
  if (PLOTLY in data && hasPlotly) {
    // inside a script only `</` could end it
    const figure = JSON.stringify(data[PLOTLY]).replaceAll("<", "\\u003c");
    return `<div class="figure"><script type="application/json">${figure}</script></div>`;
  }
  if (typeof data["text/html"] === "string") return data["text/html"];
  if (typeof data["image/svg+xml"] === "string") return data["image/svg+xml"].replace(/^[\s\S]*?(?=<svg)/, "");
  const image = Object.keys(data).find((type) => /^image\/(png|jpeg|gif|webp)$/.test(type));
  if (image !== undefined) {
    const alt = typeof data["text/plain"] === "string" ? escapeHtml(data["text/plain"]) : "";
    const base64 = escapeHtml(String(data[image]).replace(/\s/g, ""));
    return `<img src="data:${image};base64,${base64}" alt="${alt}">`;
  }
  if (typeof data["text/markdown"] === "string")
    return `<div class="text">${markdownToHtml(data["text/markdown"], pictures)}</div>`;
  for (const type of ["text/latex", "text/plain"])
    if (typeof data[type] === "string") return `<pre>${ansiToHtml(data[type])}</pre>`;
  const json = Object.keys(data).find((type) => /[/+]json$/.test(type));
  if (json !== undefined) return `<pre>${escapeHtml(JSON.stringify(data[json], null, 2))}</pre>`;
  const rest = Object.keys(data);
  return rest.length === 0 ? "" : `<p class="note">An output of type ${escapeHtml(rest.join(", "))}</p>`;
}
