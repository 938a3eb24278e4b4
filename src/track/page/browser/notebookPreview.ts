import { html } from "htm/preact";
import type { VNode } from "preact";

interface Output {
  output_type?: string;
  text?: string | string[];
  traceback?: string[];
  data?: Record<string, string | string[]>;
}

interface Cell {
  cell_type?: string;
  source?: string | string[];
  execution_count?: number | null;
  outputs?: Output[];
}

const text = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? value.join("") : String(value ?? "");
/** Terminal colours (ECMA-48 "SGR"), which tracebacks have. */
const COLOURS = /\u001b\[[\d;]*m/g;

/** A notebook (nbformat 4) to read: sources, texts and images. HTML outputs go into frames that can do nothing. */
export function NotebookPreview({ notebook }: { notebook: unknown }): VNode {
  const { cells } = (notebook ?? {}) as { cells?: Cell[] };
  if (!Array.isArray(cells)) return html`<p class="muted">This is no notebook of nbformat 4; download it.</p>` as VNode;
  return html`<div class="notebook">${cells.map((cell, i) =>
    cell.cell_type === "code"
      ? html`<div class="nb-cell" key=${i}><pre class="text"><span class="muted nb-count">[${cell.execution_count ?? " "}]</span>${text(cell.source)}</pre>
        ${(cell.outputs ?? []).map((output, j) => html`<div class="nb-output" key=${j}>${outputOf(output)}</div>`)}</div>`
      : html`<div class="nb-words" key=${i}>${text(cell.source)}</div>`,
  )}</div>` as VNode;
}

function outputOf({ text: stream, traceback, data = {} }: Output): VNode {
  for (const type of ["image/png", "image/jpeg", "image/gif"])
    if (type in data)
      return html`<img alt="output" src=${`data:${type};base64,${text(data[type]).replace(/\s/g, "")}`} />` as VNode;
  if ("image/svg+xml" in data)
    return html`<img alt="output" src=${`data:image/svg+xml,${encodeURIComponent(text(data["image/svg+xml"]))}`} />` as VNode;
  if ("text/html" in data)
    return html`<iframe class="frame short" sandbox="" srcdoc=${text(data["text/html"])} title="output"></iframe>` as VNode;
  const words = stream ?? data["text/plain"] ?? traceback?.join("\n") ?? "";
  return html`<pre class="text">${text(words).replace(COLOURS, "")}</pre>` as VNode;
}
