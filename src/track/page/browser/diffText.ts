import { html } from "htm/preact";
import type { VNode } from "preact";

/** Lines that are drawn; a longer difference is read in the file. */
const MOST_LINES = 5_000;

/** A difference as git writes it, its lines marked by what they are. */
export function DiffText({ text }: { text: string }): VNode {
  const lines = text.split("\n");
  return html`<pre class="text diff">${lines.slice(0, MOST_LINES).map((line, i) => html`<span key=${i} class=${kindOf(line)}>${line || " "}</span>`)}</pre>` as VNode;
}

function kindOf(line: string): string {
  if (/^(diff|index|---|\+\+\+|new file|deleted file|old mode|new mode)/.test(line)) return "diff-head";
  if (line.startsWith("@@")) return "diff-place";
  return line.startsWith("+") ? "diff-new" : line.startsWith("-") ? "diff-old" : "";
}
