import type { Engine } from "../engine/engine.ts";
import { nativeSearch, type ProductType, type SiftedPairs, type SiftLimits } from "../engine/nativeSearch.ts";
import type { DistanceSpace } from "./distanceSpace.ts";

/** Which rows of a space meet: all of one range with all of another. */
export interface RowBlock {
  /** Anchors: rows from .. from + count. */
  from: number;
  count: number;
  /** Corpus: rows corpusFrom .. corpusFrom + columns. */
  corpusFrom: number;
  columns: number;
}

/** More than what a dot product of up to 100,000 values can lose where its terms sink below 2^-126. */
const TINY = 1e-33;

/**
 * Tells the pairs of a block apart by their distance: by the native search where the engine has one, by a float32 product
 * and its error bound else. Columns count from `corpusFrom`.
 *
 * @param limits   with the reach of each anchor
 * @param products type of the products of the native search; it has no effect on what is known for certain
 */
export function siftPairs(
  engine: Engine,
  space: DistanceSpace,
  block: RowBlock,
  limits: SiftLimits,
  products?: ProductType,
): SiftedPairs {
  const native = nativeSearch(engine);
  if (native === undefined) return byEngine(engine, space, block, limits);
  const { from, count, corpusFrom, columns } = block;
  const { normalize, d } = space;
  const queries = { data: space.data.subarray(from * d, (from + count) * d), n: count, d };
  const corpus = { data: space.data.subarray(corpusFrom * d, (corpusFrom + columns) * d), n: columns, d };
  const queryNorms = space.norms.subarray(from, from + count);
  const corpusNorms = space.norms.subarray(corpusFrom, corpusFrom + columns);
  return native.sift({ queries, queryNorms, corpus, corpusNorms, ...limits, normalize, products });
}

function byEngine(engine: Engine, space: DistanceSpace, block: RowBlock, limits: SiftLimits): SiftedPairs {
  const { from, count, corpusFrom, columns } = block;
  const products = engine.tidy(() => {
    const anchors = engine.tensor(space.rows(from, count), [count, space.d]);
    const corpus = engine.tensor(space.rows(corpusFrom, columns), [columns, space.d]);
    return engine.toFloat32(engine.matmul(anchors, engine.transpose(corpus, 0, 1)));
  });
  const { half, error } = space;
  const words = Math.ceil(columns / 32);
  const far = new Uint32Array(count * words);
  const [near, apart] = [limits.positive ** 2 / 2, limits.negative ** 2 / 2];
  const look = (i: number, list: (column: number, least: number, most: number) => void): void => {
    const limit = Math.max(apart, limits.reach[i] ** 2 / 2);
    for (let column = 0, at = i * columns; column < columns; column++, at++) {
      // Half of the squared distance is the half squares' sum - product, give or take `slack`, which also covers
      // float64's own rounding and, by TINY, products so small that float32 loses their digits.
      const both = half[from + i] + half[corpusFrom + column];
      const slack = error * both + TINY;
      const [least, most] = [both - products[at] - slack, both - products[at] + slack];
      if (least > limit) far[i * words + (column >> 5)] |= 1 << (column & 31);
      else if (least <= near || most > apart) list(column, least, most);
    }
  };
  // once to count, once to fill: what is listed can be most of the block
  const ends = new Int32Array(count);
  let pairs = 0;
  for (let i = 0; i < count; i++) {
    look(i, () => pairs++);
    ends[i] = pairs;
  }
  const listed = { columns: new Int32Array(pairs), low: new Float32Array(pairs), high: new Float32Array(pairs) };
  for (let i = 0, pair = 0; i < count; i++)
    look(i, (column, least, most) => {
      listed.columns[pair] = column;
      listed.low[pair] = outwards(Math.sqrt(Math.max(0, 2 * least)), -1);
      listed.high[pair++] = outwards(Math.sqrt(2 * most), 1);
    });
  return { ends, ...listed, far };
}

/** A value that float32 rounds to one no nearer than the value itself: rounding moves by less than 2^-24. */
function outwards(value: number, sign: 1 | -1): number {
  return value * (1 + sign * 2 ** -23) + sign * 2 ** -149;
}
