import { InputError } from "../base/errors.ts";
import { escaped } from "./escaped.ts";
import { type Figure, figure } from "./figure.ts";

/** Words of `heatmap`. */
export interface HeatmapOptions {
  title: string;
  /** One a row of the scores. */
  rows: readonly string[];
  /** One a column of the scores. Default: the rows' labels. */
  columns?: readonly string[];
  /** What the numbers are, with the unit. Default "cosine". */
  unit?: string;
}

const LONGEST = 28;
const BLUES = [
  [0, "#f7fbff"],
  [0.5, "#6baed6"],
  [1, "#08519c"],
];

/**
 * A matrix of similarities as colours, with its numbers in the squares and the whole labels in the hover text. The first
 * row stands on top, as a matrix is read.
 *
 * @param scores [N][K]
 * @throws {InputError} no scores, or as many labels as there are not rows or columns
 */
export function heatmap(scores: readonly (readonly number[])[], options: HeatmapOptions): Figure {
  const { title, rows, columns = rows, unit = "cosine" } = options;
  if (scores.length === 0) throw new InputError("heatmap", "there are no scores", "Give at least one row.");
  const bad = scores.findIndex((row) => row.length !== columns.length);
  if (scores.length !== rows.length || bad >= 0) {
    const came = bad < 0 ? `${scores.length} rows` : `${scores[bad]!.length} values in row ${bad}`;
    const problem = `wanted ${rows.length} rows of ${columns.length} values, as the labels say, got ${came}`;
    throw new InputError("heatmap", problem, "Give a label for each row and column.");
  }
  const [ticks, names] = [rows, columns].map((labels) => labels.map((label, i) => shortened(label, i)));
  const trace = {
    type: "heatmap",
    z: scores.map((row) => [...row]),
    x: names!.map(escaped),
    y: ticks!.map(escaped),
    customdata: rows.map((row) => columns.map((column) => [escaped(row), escaped(column)])),
    text: scores.map((row) => row.map((score) => score.toFixed(2))),
    texttemplate: columns.length <= 12 ? "%{text}" : "",
    hovertemplate: `%{customdata[0]}<br>%{customdata[1]}<br>${unit} %{z:.3f}<extra></extra>`,
    colorscale: BLUES,
    colorbar: { title: { text: unit } },
  };
  const layout = {
    xaxis: { tickangle: 30, showgrid: false, automargin: true },
    yaxis: { autorange: "reversed", showgrid: false, automargin: true },
    height: 180 + 40 * Math.min(rows.length, 16),
  };
  return figure({ title, data: [trace], layout, text: inText(scores, ticks!) });
}

/** With its number, since plotly draws equal labels over each other. */
function shortened(label: string, place: number): string {
  const characters = [...label];
  const text = characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join("")}…` : label;
  return `${place + 1} ${text}`;
}

function inText(scores: readonly (readonly number[])[], labels: readonly string[]): string {
  const width = Math.max(...labels.map(({ length }) => length));
  return scores
    .map((row, i) => `${labels[i]!.padEnd(width)}  ${row.map((score) => score.toFixed(2).padStart(5)).join(" ")}`)
    .join("\n");
}
