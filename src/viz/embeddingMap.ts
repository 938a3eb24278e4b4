import { UMAP } from "umap-js";
import { InputError } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import type { Vectors } from "../base/vectors.ts";
import { escaped } from "./escaped.ts";
import { type Figure, figure, PALETTE } from "./figure.ts";

/** What an embedding map says of its points. */
export interface EmbeddingMapOptions {
  title: string;
  /** One a vector, shown when the pointer is over it. */
  texts: readonly string[];
  /** One a vector: points of a group have one colour. Default: one group. */
  groups?: readonly string[];
  /** Of the layout's randomness. Default 0. */
  seed?: number;
  /** How many nearest points shape the layout, at least 2. Default 15, or fewer where there are few points. */
  neighbors?: number;
}

const LONGEST = 80;

/**
 * Embeddings in the plane by UMAP: texts that lie near to each other in the embedding space mostly do so here too.
 * Distances between far groups and the axes' numbers mean nothing. Same vectors and seed, same map.
 *
 * @param vectors [N, D], N at least 4
 * @throws {InputError} fewer than four vectors, or not as many texts or groups as vectors
 * @see McInnes, Healy and Melville 2018, arXiv:1802.03426
 */
export function embeddingMap(vectors: Vectors, options: EmbeddingMapOptions): Figure {
  const { title, texts, groups = texts.map(() => ""), seed = 0 } = options;
  check(vectors, texts, groups);
  const rows = Array.from({ length: vectors.n }, (_, i) => [
    ...vectors.data.subarray(i * vectors.d, (i + 1) * vectors.d),
  ]);
  const dice = new Random(seed);
  const nNeighbors = Math.max(2, Math.min(options.neighbors ?? 15, vectors.n - 1));
  const places = new UMAP({ nNeighbors, random: () => dice.uniform() }).fit(rows);
  const names = [...new Set(groups)];
  const data = names.map((name, i) => {
    const own = places.flatMap((place, j) => (groups[j] === name ? [{ place, text: texts[j]! }] : []));
    return {
      type: "scatter",
      mode: "markers",
      name: escaped(name),
      x: own.map(({ place }) => rounded(place[0]!)),
      y: own.map(({ place }) => rounded(place[1]!)),
      text: own.map(({ text }) => wrapped(text)),
      hovertemplate: "%{text}<extra>%{fullData.name}</extra>",
      marker: {
        color: PALETTE[i % PALETTE.length],
        size: 7,
        symbol: SYMBOLS[Math.floor(i / PALETTE.length) % SYMBOLS.length],
      },
    };
  });
  const plain = { showticklabels: false, zeroline: false, gridcolor: "#e6e6e6" };
  const layout = { xaxis: plain, yaxis: plain, hovermode: "closest", height: 520 };
  const counts = names.map((name) => `${groups.filter((group) => group === name).length} ${name}`.trim());
  return figure({ title, data, layout, text: `${vectors.n} texts in the plane: ${counts.join(", ")}` });
}

/** Once the colours are used up, the next groups differ by shape. */
const SYMBOLS = ["circle", "diamond", "cross", "triangle-up"] as const;

function check({ n }: Vectors, texts: readonly string[], groups: readonly string[]): void {
  if (n < 4) throw new InputError("embeddingMap", `a map needs at least 4 vectors, got ${n}`, "Give more texts.");
  if (texts.length === n && groups.length === n) return;
  const problem = `${n} vectors came with ${texts.length} texts and ${groups.length} groups`;
  throw new InputError("embeddingMap", problem, "Give one text and one group for each vector.");
}

/** Plotly breaks no lines of hover text, and reads it as HTML. */
function wrapped(text: string): string {
  const lines = text.match(new RegExp(`.{1,${LONGEST}}(?:\\s|$)|.{${LONGEST}}`, "gu"));
  return (lines ?? [text]).map((line) => escaped(line.trim())).join("<br>");
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
