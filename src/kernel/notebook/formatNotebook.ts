import { splitBundle, splitLines } from "./multiline.ts";
import type { Cell, Notebook, Output } from "./notebook.ts";

/**
 * The text of a notebook file, byte for byte as nbformat 5.11 writes it: keys sorted, indent of one space, texts as
 * lists of lines, a line end at the end. (Python also tells 1.0 from 1, which a JavaScript number does not.)
 */
export function formatNotebook(notebook: Notebook): string {
  return `${sortedJson({ ...notebook, cells: notebook.cells.map(cellOnDisk) }, "\n")}\n`;
}

function cellOnDisk(cell: Cell): unknown {
  const source = splitLines(cell.source);
  if (cell.cell_type === "code") return { ...cell, source, outputs: cell.outputs.map(outputOnDisk) };
  if (cell.attachments === undefined) return { ...cell, source };
  const attachments = Object.entries(cell.attachments).map(([name, bundle]) => [name, splitBundle(bundle)]);
  return { ...cell, source, attachments: Object.fromEntries(attachments) };
}

function outputOnDisk(output: Output): unknown {
  if (output.output_type === "stream") return { ...output, text: splitLines(output.text) };
  return output.output_type === "error" ? output : { ...output, data: splitBundle(output.data) };
}

/** `JSON.stringify` cannot sort, and puts keys that look like numbers first. */
function sortedJson(value: unknown, line: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const inner = `${line} `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[${value.map((item) => inner + sortedJson(item, inner)).join(",")}${line}]`;
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return "{}";
  entries.sort(([a], [b]) => compareCodePoints(a, b));
  return `{${entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${sortedJson(item, inner)}`).join(",")}${line}}`;
}

/** Python's order of texts; JavaScript's `<` puts emoji before U+E000 to U+FFFF. */
function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = left[i].codePointAt(0)! - right[i].codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
