import { PLOTLY } from "../kernel/plotlyType.ts";

/** Told apart by readers who do not see all colours (Okabe and Ito 2008), in the order in which they are given out. */
export const PALETTE = [
  "#0072b2",
  "#e69f00",
  "#009e73",
  "#cc79a7",
  "#56b4e9",
  "#d55e00",
  "#666666",
  "#b8a800",
] as const;

/** A plotly figure in plain JSON, which shows itself in a notebook. `run.figure(name, figure)` stores it as it is. */
export interface Figure {
  /** Plotly's traces. */
  data: object[];
  /** Plotly's layout. */
  layout: object;
}

/** What a figure is made of. */
export interface FigureParts {
  title: string;
  data: object[];
  /** Added to the layout that all figures share. */
  layout?: object;
  /** The same in characters, for a terminal, `git diff` and readers that run no scripts. */
  text: string;
}

/**
 * A figure in the house's looks. In a notebook it shows itself as a plotly figure, with `text` as its fallback; the
 * kernel adds the HTML that needs no network.
 *
 * @see https://plotly.com/javascript/reference/ for `data` and `layout`
 */
export function figure({ title, data, layout = {}, text }: FigureParts): Figure {
  const shared = {
    title: { text: title, x: 0, xanchor: "left", xref: "paper", font: { size: 16 } },
    font: { family: "system-ui, sans-serif", size: 13, color: "#222222" },
    paper_bgcolor: "#ffffff",
    plot_bgcolor: "#ffffff",
    colorway: [...PALETTE],
    margin: { l: 64, r: 24, t: 56, b: 56 },
    height: 420,
  };
  const made: Figure = { data, layout: { ...shared, ...layout } };
  // not enumerable: what is stored and compared is the data and layout alone
  Object.defineProperty(made, Symbol.for("Jupyter.display"), {
    value: () => ({ [PLOTLY]: { data: made.data, layout: made.layout }, "text/plain": `${title}\n${text}` }),
  });
  return made;
}

/** An axis with its name and faint lines. */
export function axis(title: string, more: object = {}): object {
  return { title: { text: title }, gridcolor: "#e6e6e6", zerolinecolor: "#cccccc", automargin: true, ...more };
}

/** The legend in a line between title and plot, where its names find room. */
export const LEGEND_ABOVE: object = {
  legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 },
  margin: { l: 64, r: 24, t: 84, b: 56 },
};
