import { InputError } from "../base/errors.ts";
import type { FalseNegative } from "../mine/falseNegatives.ts";
import { escaped } from "./escaped.ts";
import { axis, type Figure, figure, PALETTE } from "./figure.ts";

/** What the browser shows. */
export interface FalseNegativeBrowserOptions {
  title: string;
  /** How many of the list. Default 100. */
  most?: number;
}

/**
 * Mined negatives that may well answer their query: on the left each one's score beside its positive's (above the line
 * it looks better than a text that is known to answer), on the right the texts, worst first, to be read and judged.
 *
 * @param suspects what `falseNegatives` gives, worst first
 * @throws {InputError} no suspects
 */
export function falseNegativeBrowser(
  suspects: readonly FalseNegative[],
  { title, most = 100 }: FalseNegativeBrowserOptions,
): Figure {
  if (suspects.length === 0)
    throw new InputError("falseNegativeBrowser", "there are no suspects", "Mine with a wider window or less margin.");
  const shown = suspects.slice(0, most).map((suspect) => ({ ...suspect, positive: suspect.positives.at(-1)! }));
  const scores = shown.flatMap(({ positive, negative }) => [positive.score, negative.score]);
  const ends = [Math.min(...scores), Math.max(...scores)];
  const points = {
    type: "scatter",
    mode: "markers",
    name: "negatives",
    x: shown.map(({ positive }) => positive.score),
    y: shown.map(({ negative }) => negative.score),
    text: shown.map(({ query, negative }) => `${escaped(query)}<br>${escaped(negative.text)}`),
    hovertemplate: "%{text}<br>positive %{x:.3f}, negative %{y:.3f}<extra></extra>",
    marker: { color: shown.map(({ gap }) => (gap > 0 ? PALETTE[5] : PALETTE[0])), size: 8 },
  };
  const line = {
    type: "scatter",
    mode: "lines",
    x: ends,
    y: ends,
    line: { color: "#999999", dash: "dot" },
    hoverinfo: "skip",
  };
  const table = {
    type: "table",
    domain: { x: [0.42, 1], y: [0, 1] },
    columnwidth: [26, 44, 60, 60],
    header: { values: ["gap", "query", "known answer", "mined negative"], align: "left", fill: { color: "#e6eef5" } },
    cells: {
      values: [
        shown.map(({ gap }) => gap.toFixed(3)),
        shown.map(({ query }) => escaped(query)),
        shown.map(({ positive }) => escaped(positive.text)),
        shown.map(({ negative }) => escaped(negative.text)),
      ],
      align: "left",
      height: 24,
    },
  };
  const layout = {
    xaxis: axis("score of the known answer", { domain: [0, 0.34] }),
    yaxis: axis("score of the mined negative"),
    showlegend: false,
    hovermode: "closest",
    height: 560,
  };
  return figure({ title, data: [line, points, table], layout, text: inText(shown) });
}

function inText(shown: readonly FalseNegative[]): string {
  return shown
    .slice(0, 10)
    .map(({ gap, query, negative }) => `${gap.toFixed(3)}  ${query}\n       ${negative.text}`)
    .join("\n");
}
