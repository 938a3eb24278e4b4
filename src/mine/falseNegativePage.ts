import { escapeHtml } from "../kernel/notebook/escapeHtml.ts";
import type { FalseNegative } from "./falseNegatives.ts";
import type { ScoredText } from "./formatMined.ts";

/** What a page of false negatives says beside them. */
export interface FalseNegativePage {
  /** Worst first, as `falseNegatives` gives them. */
  suspects: readonly FalseNegative[];
  /** Negatives mined, shown here or not. */
  negatives: number;
  /** What made the scores, such as the model's name. */
  scoredBy: string;
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --bad: #b3261e; --near: #8a5a00; --good: #1b6e3c; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --near: #ffc46b; --good: #7fd6a0; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
#search { position: sticky; top: 0; padding: .5rem 0; background: Canvas; border-bottom: 1px solid var(--line); }
input { width: 100%; font: inherit; padding: .5rem; border: 1px solid var(--line); border-radius: .4rem; }
ol { list-style: none; padding: 0; margin: 0; }
li { border-bottom: 1px solid var(--line); padding: 1rem 0; }
dl { margin: .5rem 0 0; display: grid; grid-template-columns: 7rem 1fr; gap: .25rem .75rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
dd + dd { grid-column: 2; }
.gap { font-weight: 600; color: var(--good); }
.gap.near { color: var(--near); }
.gap.above { color: var(--bad); }
.score { font-variant-numeric: tabular-nums; background: var(--soft); border-radius: .25rem; padding: 0 .3rem; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; } dd + dd { grid-column: 1; } dt { margin-top: .4rem; } }`;

/** Hides what does not hold every word searched for, and counts what is left. */
const SCRIPT = `
const items = [...document.querySelectorAll("li")].map((item) => [item, item.textContent.toLowerCase()]);
const count = document.querySelector("#count");
document.querySelector("input").addEventListener("input", ({ target }) => {
  const words = target.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let left = 0;
  for (const [item, text] of items) {
    item.hidden = !words.every((word) => text.includes(word));
    if (!item.hidden) left++;
  }
  count.textContent = left + " of " + items.length + " shown";
});`;

/**
 * A page of suspected false negatives with their texts, worst first: one file without links to others, readable on a
 * narrow screen, searchable where scripts may run. Texts are shown as they are, whatever markup they hold.
 *
 * @returns HTML
 */
export function falseNegativePage({ suspects, negatives, scoredBy }: FalseNegativePage): string {
  const above = suspects.filter(({ gap }) => gap > 0).length;
  const words = `${plural(negatives, "negative")} mined, scored by ${escapeHtml(scoredBy)}. Here are the ${suspects.length}
that stand nearest to the positives of their query; ${above} of them score above one. Those may answer the query after
all: read them, and mine again with a margin, a greatest score or a later window if they do.`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Suspected false negatives</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>Suspected false negatives</h1>
<p>${words}</p>
<div id="search"><input type="search" aria-label="Search the texts" placeholder="Search the texts">
<small id="count" aria-live="polite">${suspects.length} of ${suspects.length} shown</small></div>
<ol>
${suspects.map(suspectItem).join("\n")}
</ol>
<script>${SCRIPT}
</script>
</body>
</html>
`;
}

function suspectItem({ query, positives, negative, gap }: FalseNegative): string {
  const kind = gap > 0 ? " above" : gap > -0.05 ? " near" : "";
  const how = gap > 0 ? "above the lowest positive" : gap < 0 ? "below the lowest positive" : "as the lowest positive";
  return `<li><span class="gap${kind}">${shown(Math.abs(gap))} ${how}</span>
<dl><dt>Query</dt><dd dir="auto">${escapeHtml(query)}</dd>
<dt>Negative</dt>${scored(negative)}
<dt>Positive</dt>${positives.map(scored).join("")}</dl></li>`;
}

function scored({ text, score }: ScoredText): string {
  return `<dd dir="auto"><span class="score">${shown(score)}</span> ${escapeHtml(text)}</dd>`;
}

function shown(score: number): string {
  return Number.isFinite(score) ? score.toFixed(3) : String(score);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
