import { html } from "htm/preact";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { FileItem } from "../pageWire.ts";
import { addressFor, askText, type Question, wordsOf } from "./api.ts";
import { csvRows } from "./csvRows.ts";
import { DiffText } from "./diffText.ts";
import { formatBytes } from "./format.ts";
import type { Cell, PlainTable } from "./measures.ts";
import { MeasureTable } from "./measureTable.ts";
import { NotebookPreview } from "./notebookPreview.ts";

/** What of a file is shown, and a link to save it. */
export function FilePreview({ run, file }: { run: string; file: FileItem }): VNode {
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  const at = (as: string): string =>
    addressFor("/page/file", [
      ["run", run],
      ["path", file.path],
      ["as", as],
    ]);
  const save = addressFor("/get-artifact", [
    ["run_id", run],
    ["path", file.path],
  ]);
  return html`<article class="preview" aria-label=${file.path}>
    <header class="bar"><b class="path">${file.path}</b><span class="muted">${formatBytes(file.size)}</span><span class="spring"></span><a class="button" href=${save} download=${name}>Download</a></header>
    ${body(run, file, at)}
  </article>` as VNode;
}

function body(run: string, { path }: FileItem, at: (as: string) => string): VNode {
  const ending = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  if (/^(png|jpe?g|gif|webp|svg)$/.test(ending)) return html`<img src=${at("image")} alt=${path} />` as VNode;
  // Without allow-same-origin a logged page cannot reach this server; the server's answer says so once more.
  if (/^html?$/.test(ending))
    return html`<iframe class="frame page" sandbox="allow-scripts" src=${at("frame")} title=${path}></iframe>` as VNode;
  if (path.startsWith("figures/") && ending === "json")
    return html`<iframe class="frame" sandbox="allow-scripts" src=${at("figure")} title=${path}></iframe>` as VNode;
  return html`<${TextPreview} key=${path} run=${run} path=${path} />` as VNode;
}

/** A file as text, in the form that its name tells. @param fromEnd  of a long file the end, as for logs */
export function TextPreview({
  run,
  path,
  fromEnd = false,
  version = 0,
}: {
  run: string;
  path: string;
  fromEnd?: boolean;
  version?: number;
}): VNode {
  const [found, set] = useState<{ text: string; size: number } | string | undefined>(undefined);
  useEffect(() => {
    const question: Question = [
      ["run", run],
      ["path", path],
      ["as", "text"],
      ...(fromEnd ? [["end", "1"] as const] : []),
    ];
    askText("/page/file", question).then(set, (error: unknown) => set(wordsOf(error)));
  }, [run, path, version]);
  if (found === undefined) return html`<p class="muted">…</p>` as VNode;
  if (typeof found === "string") return html`<p class="error">${found}</p>` as VNode;
  const { text, size } = found;
  const shown = new TextEncoder().encode(text).length;
  const isCut = shown + 3 < size;
  return html`<div>${draw(path, text, isCut)}${isCut && html`<p class="muted">${formatBytes(shown)} of ${formatBytes(size)} are shown${fromEnd ? ", the end" : ""}.</p>`}</div>` as VNode;
}

function draw(path: string, text: string, isCut: boolean): VNode {
  const ending = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  if (ending === "diff" || ending === "patch") return html`<${DiffText} text=${text} />` as VNode;
  if (text.includes("\0")) return html`<p class="muted">This is no text; download it.</p>` as VNode;
  if (ending === "csv" || ending === "tsv") {
    const [columns = [], ...rows] = csvRows(text, ending === "tsv" ? "\t" : ",");
    return html`<${MeasureTable} table=${{ columns, rows: rows.map((row) => row.map(asCell)) }} />` as VNode;
  }
  if ((ending === "json" || ending === "ipynb") && !isCut) {
    const value = parsed(text);
    if (ending === "ipynb" && value !== undefined) return html`<${NotebookPreview} notebook=${value} />` as VNode;
    const table = tableOf(value);
    if (table !== undefined) return html`<${MeasureTable} table=${table} />` as VNode;
    if (value !== undefined) return html`<pre class="text">${JSON.stringify(value, null, 2)}</pre>` as VNode;
  }
  return html`<pre class="text">${text}</pre>` as VNode;
}

/** A table as `run.table` and `mlflow.log_table` store it. */
function tableOf(value: unknown): PlainTable | undefined {
  const { columns, data } = (value ?? {}) as { columns?: unknown; data?: unknown };
  if (!Array.isArray(columns) || !Array.isArray(data) || !data.every(Array.isArray)) return undefined;
  return { columns: columns.map(String), rows: data as Cell[][] };
}

function asCell(text: string): Cell {
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
