import type { Engine } from "../engine/engine.ts";
import { type NearPairs, nativeSearch, type ProductType } from "../engine/nativeSearch.ts";
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
 * The pairs of a block that may lie within a distance: by the native search where the engine has one, by a float32
 * product and its error bound else. Columns count from `corpusFrom`.
 *
 * @param limits   [count] the distance that is of interest to each anchor
 * @param products type of the products of the native search; it has no effect on what the pairs hold for certain
 */
export function nearPairs(
  engine: Engine,
  space: DistanceSpace,
  block: RowBlock,
  limits: Float64Array,
  products?: ProductType,
): NearPairs {
  const native = nativeSearch(engine);
  if (native === undefined) return byEngine(engine, space, block, limits);
  const { from, count, corpusFrom, columns } = block;
  const { normalize, d } = space;
  const anchors = { data: space.data.subarray(from * d, (from + count) * d), n: count, d };
  const corpus = { data: space.data.subarray(corpusFrom * d, (corpusFrom + columns) * d), n: columns, d };
  const queryNorms = space.norms.subarray(from, from + count);
  const corpusNorms = space.norms.subarray(corpusFrom, corpusFrom + columns);
  return native.nearPairs({ queries: anchors, queryNorms, corpus, corpusNorms, limits, normalize, products });
}

function byEngine(engine: Engine, space: DistanceSpace, block: RowBlock, limits: Float64Array): NearPairs {
  const { from, count, corpusFrom, columns } = block;
  const products = engine.tidy(() => {
    const anchors = engine.tensor(space.rows(from, count), [count, space.d]);
    const corpus = engine.tensor(space.rows(corpusFrom, columns), [columns, space.d]);
    return engine.toFloat32(engine.matmul(anchors, engine.transpose(corpus, 0, 1)));
  });
  const ends = new Int32Array(count);
  const pairs: number[] = [];
  const low: number[] = [];
  const high: number[] = [];
  const { half, error } = space;
  for (let i = 0, at = 0; i < count; i++) {
    const limit = (limits[i] * limits[i]) / 2;
    for (let column = 0; column < columns; column++, at++) {
      // Half of the squared distance is the half squares' sum - product, give or take `slack`, which also covers
      // float64's own rounding and, by TINY, products so small that float32 loses their digits.
      const both = half[from + i] + half[corpusFrom + column];
      const slack = error * both + TINY;
      const least = both - products[at] - slack;
      if (least > limit) continue;
      pairs.push(column);
      low.push(Math.sqrt(Math.max(0, 2 * least)));
      high.push(Math.sqrt(2 * (least + 2 * slack)));
    }
    ends[i] = pairs.length;
  }
  const columnsOf = Int32Array.from(pairs);
  return { ends, columns: columnsOf, low: outwards(low, -1), high: outwards(high, 1) };
}

/** Float32 values that lie no nearer to each other than the float64 ones do: rounding moves by less than 2^-24. */
function outwards(values: readonly number[], sign: 1 | -1): Float32Array {
  return Float32Array.from(values, (value) => value * (1 + sign * 2 ** -23) + sign * 2 ** -149);
}
