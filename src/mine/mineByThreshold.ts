import type { OnProgress } from "../base/progress.ts";
import type { Vectors } from "../base/vectors.ts";
import type { Engine } from "../engine/engine.ts";
import { nativeSearch, type ProductType, type SiftedPairs } from "../engine/nativeSearch.ts";
import { checkThresholds } from "./checkThresholds.ts";
import { DistanceSpace } from "./distanceSpace.ts";
import { HeldRows } from "./heldRows.ts";
import { siftPairs } from "./siftPairs.ts";
import { type KeptRows, ThresholdKeeper } from "./thresholdKeeper.ts";
import type { ThresholdRows, ThresholdView } from "./thresholdRows.ts";

/** What is near and what is far. `thresholdPresets` holds those of the paper. */
export interface ThresholdOptions {
  /** A positive lies at this Euclidean distance or nearer. */
  positive: number;
  /** A negative lies further away than this; at least `positive`. */
  negative: number;
  /** Compare directions: rows are set to length 1 first. Default true. */
  normalize?: boolean;
  /** Positives of an anchor at most. Default all. */
  positives?: number;
  /** Negatives of an anchor at most. Default all, which nears N * N numbers in what is given back. */
  negatives?: number;
  /** Where there are more than may be kept: a uniform sample, as in the paper, or the nearest. Default `random`. */
  sampling?: "random" | "top";
  /** Of the samples. Default 0. */
  seed?: number;
  /** Only rows [from, to) are anchors; all are searched. Default all. */
  anchors?: readonly [from: number, to: number];
  /** Anchors of a block; fewer where these keep too many rows to hold them all. Default 2,048. */
  anchorRows?: number;
  /**
   * Corpus rows of a block. Default 2,048. A block needs up to 40 * anchorRows * corpusRows bytes, 160 MB by default,
   * where nearly all rows are positives, or where `negatives` of the nearest are still looked for.
   */
  corpusRows?: number;
  /** Type of the products that nominate pairs. Default: the faster of float32 and int16 on this CPU. It has no effect on the result. */
  products?: ProductType;
  /** Called after each block, in anchors. */
  onProgress?: OnProgress;
}

/** What one row of the vectors is near to and far from. */
export interface ThresholdRow {
  anchor: number;
  positives: KeptRows;
  negatives: KeptRows;
}

/** Rows that the anchors of one block keep at most, but for one anchor alone. */
const KEPT = 1 << 22;

/**
 * Distance-threshold mining, as the paper mines its pairs: for each row, the other rows at distance <= `positive` and
 * those at distance > `negative`.
 *
 * The decision is that of a brute-force search in float64: products of low precision settle the pairs that their error
 * bound leaves in no doubt, the few others are worked out again. Blocks come and go, so that nothing of N * N numbers is ever
 * in memory; the result does not depend on their size, nor on which anchors are mined together.
 *
 * @param vectors [N, D]; or rows that are kept elsewhere, which say themselves whether they have length 1
 * @returns       one row for each anchor, in order, as its block is done
 * @throws {InputError} no vectors, NaN or infinite values, a vector of zeros without a direction; thresholds that are
 *                      not 0 <= positive <= negative, a cap below 1, anchors that are no rows
 * @throws {ShapeError} a data length that is not n * d
 * @see     Multi-Lingual Malaysian Embedding, arXiv:2402.03053
 */
export function* mineByThreshold(
  engine: Engine,
  vectors: Vectors | ThresholdRows,
  options: ThresholdOptions,
): Generator<ThresholdRow> {
  const rows = "meet" in vectors ? vectors : held(engine, vectors, options.normalize ?? true);
  checkThresholds(options, rows.n);
  const { onProgress } = options;
  const [start, end] = options.anchors ?? [0, rows.n];
  let anchorRows = options.anchorRows ?? 2048;
  for (let from = start; from < end; ) {
    const count = Math.min(anchorRows, end - from);
    const anchors = keepers(from, count, options);
    if (!mineBlock(engine, rows, anchors, options)) {
      anchorRows = count >> 1;
      continue;
    }
    for (const { at, positives, negatives } of anchors)
      yield { anchor: at, positives: positives.result(rows), negatives: negatives.result(rows) };
    from += count;
    onProgress?.({ done: from - start, total: end - start });
  }
}

function held(engine: Engine, vectors: Vectors, normalize: boolean): HeldRows {
  return new HeldRows(new DistanceSpace("mineByThreshold", vectors, normalize, nativeSearch(engine)));
}

/** Shows all rows to the anchors; false as soon as they, being several, keep too many. */
function mineBlock(
  engine: Engine,
  rows: ThresholdRows,
  anchors: readonly Anchor[],
  options: ThresholdOptions,
): boolean {
  const { corpusRows = 2048, products, positive, negative } = options;
  for (let c = 0; c < rows.n; c += corpusRows) {
    const columns = Math.min(corpusRows, rows.n - c);
    const reach = Float64Array.from(anchors, ({ negatives }) => negatives.reach);
    const block = { from: anchors[0].at, count: anchors.length, corpusFrom: c, columns };
    const view = rows.meet(block);
    const seen = { ...block, from: view.anchors, corpusFrom: view.corpus };
    const sifted = siftPairs(engine, view.space, seen, { positive, negative, reach }, products);
    for (const [i, anchor] of anchors.entries()) keep(view, anchor, sifted, [i, c, columns], options);
    const kept = anchors.reduce((sum, { positives, negatives }) => sum + positives.kept + negatives.kept, 0);
    if (kept > KEPT && anchors.length > 1) return false;
  }
  return true;
}

interface Anchor {
  at: number;
  positives: ThresholdKeeper;
  negatives: ThresholdKeeper;
}

function keepers(from: number, count: number, options: ThresholdOptions): Anchor[] {
  const { positives = Infinity, negatives = Infinity, sampling = "random", seed = 0 } = options;
  // Each anchor draws for itself, so that the samples do not depend on how the anchors are cut into pieces.
  const seedOf = (draw: number): number | undefined =>
    sampling === "random" ? seed ^ Math.imul(draw + 1, 0x9e3779b1) : undefined;
  return Array.from({ length: count }, (_, i) => ({
    at: from + i,
    positives: new ThresholdKeeper(from + i, positives, seedOf(2 * (from + i))),
    negatives: new ThresholdKeeper(from + i, negatives, seedOf(2 * (from + i) + 1)),
  }));
}

/** Hands one block of the corpus, rows c .. c + columns, to the keepers of the block's i-th anchor. */
function keep(
  { space, anchors, corpus }: ThresholdView,
  { at, positives, negatives }: Anchor,
  { ends, columns, low, high, far }: SiftedPairs,
  [i, c, count]: readonly [i: number, c: number, columns: number],
  { positive, negative }: ThresholdOptions,
): void {
  const first = i === 0 ? 0 : ends[i - 1];
  const isOpen = (pair: number): boolean =>
    (low[pair] <= positive && high[pair] > positive) || (low[pair] <= negative && high[pair] > negative);
  const open: number[] = [];
  for (let pair = first; pair < ends[i]; pair++) if (isOpen(pair)) open.push(corpus + columns[pair]);
  const distances = open.length > 0 ? space.distances(anchors + i, Int32Array.from(open)) : [];
  for (const keeper of [positives, negatives]) keeper.show(space, anchors + i, c - corpus);
  const words = Math.ceil(count / 32);
  const bits = far.subarray(i * words, (i + 1) * words);
  let next = 0;
  let known = 0;
  for (let pair = first; pair < ends[i]; pair++) {
    const row = c + columns[pair];
    const least = isOpen(pair) ? distances[known++] : low[pair];
    negatives.offerFar(bits, [next, columns[pair]], c);
    next = columns[pair] + 1;
    if (row === at) continue;
    if (least > negative) negatives.offer(row, least);
    else if (least <= positive) positives.offer(row, least);
  }
  negatives.offerFar(bits, [next, count], c);
}
