import { EngineError } from "../base/errors.ts";
import type { Vectors } from "../base/vectors.ts";
import type { Addon } from "./addon.ts";
import type { Engine } from "./engine.ts";
import { TorchEngine } from "./torchEngine.ts";
import { torchError } from "./torchError.ts";

/** The type of the products that nominate candidates. It has no effect on the result. */
export type ProductType = "float32" | "bfloat16" | "int16";

/** Both sides of a search. The caller has checked them. */
interface Sides {
  queries: Vectors;
  /** [Q] Euclidean */
  queryNorms: Float64Array;
  corpus: Vectors;
  /** [N] Euclidean */
  corpusNorms: Float64Array;
  /** Default: the type that is fastest on this CPU for what is asked. */
  products?: ProductType;
}

/** Both sides of an exact search and where its result goes. */
export interface NativeSearchJob extends Sides {
  k: number;
  /** Corpus rows of one product. */
  columns: number;
  /** [Q * K] */
  indices: Int32Array;
  /** [Q * K] */
  scores: Float32Array;
}

/** Pairs of rows, told apart by their Euclidean distance. */
export interface SiftLimits {
  /** A pair that is surely further apart than this, and not beyond `negative`, is left out. */
  positive: number;
  /** At least `positive`. */
  negative: number;
  /** [Q] from which distance on the pairs of a query need no interval; may be infinite */
  reach: Float64Array;
}

/** Both sides of a sift. */
export interface SiftJob extends Sides, SiftLimits {
  /** Distances of directions: rows are taken at unit length. */
  normalize: boolean;
}

/** What is known of each pair of a query and a corpus row: those that are neither listed nor far surely lie between. */
export interface SiftedPairs {
  /** [Q] where the listed pairs of each query end; they begin where those of the query before end */
  ends: Int32Array;
  /** [P] rows of the corpus, rising within a query */
  columns: Int32Array;
  /** [P] with `high`, an interval that the distance surely lies in */
  low: Float32Array;
  /** [P] */
  high: Float32Array;
  /** [Q * ceil(N / 32)] one bit for each corpus row, 1: it surely lies beyond `negative` and `reach`, and is not listed */
  far: Uint32Array;
}

/** The native exact searches on the CPU (`native/nearest.cc`, `native/sift.cc`). */
export interface NativeSearch {
  /** Fills the Euclidean norms [N] of rows, in float64. @returns the first row with NaN or an infinity, or -1 */
  norms(vectors: Vectors, into: Float64Array): number;
  /**
   * Fills the places of the queries `from` .. `from + rows`.
   * @throws {EngineError} too little memory, or a type of products that this CPU cannot use
   */
  fill(job: NativeSearchJob, from: number, rows: number): void;
  /**
   * Products of bfloat16 are for `fill` alone unless asked for: their wide bound leaves too many pairs open.
   * @throws {EngineError} as `fill`, or more than 2^31 - 1 pairs to look at
   */
  sift(job: SiftJob): SiftedPairs;
  /** [rows] Euclidean distances of one row to others, in float64, each row divided by its length. */
  distances(vectors: Vectors, lengths: Float64Array, row: number, rows: Int32Array): Float64Array;
}

/** Corpus rows of a product of `sift`. */
const COLUMNS = 1024;

const types: readonly ProductType[] = ["float32", "bfloat16", "int16"];

/** What the addon says of this CPU, asked once. */
let known: number[] | undefined;

/** The native search of an engine that has one: torch on the CPU. `undefined` for any other. */
export function nativeSearch(engine: Engine): NativeSearch | undefined {
  if (!(engine instanceof TorchEngine) || engine.device !== "cpu") return undefined;
  const { addon } = engine;
  return {
    norms: ({ data, d }, into) => addon.norms(data, d, into),
    fill(job, from, rows) {
      const { queries, queryNorms, corpus, corpusNorms, k, columns, indices, scores } = job;
      const numbers = [queries.d, from, rows, columns, typeOf(addon, "topK", job.products), k];
      try {
        addon.nearestRows(queries.data, queryNorms, corpus.data, corpusNorms, indices, scores, numbers);
      } catch (error) {
        throw torchError("topK", error);
      }
    },
    sift({ queries, queryNorms, corpus, corpusNorms, reach, normalize, positive, negative, products }) {
      const type = typeOf(addon, "mineByThreshold", products, ["float32", "int16"]);
      const numbers = [queries.d, 0, queries.n, COLUMNS, type, normalize ? 1 : 0];
      const sides = [queries.data, queryNorms, corpus.data, corpusNorms] as const;
      try {
        const sifted = addon.sift(...sides, reach, Float64Array.of(positive, negative), numbers);
        const [ends, columns, low, high, far] = sifted;
        return { ends, columns, low, high, far };
      } catch (error) {
        throw torchError("mineByThreshold", error);
      }
    },
    distances({ data, d }, lengths, row, rows) {
      const into = new Float64Array(rows.length);
      try {
        addon.distances(data, lengths, d, row, rows, into);
      } catch (error) {
        throw torchError("mineByThreshold", error);
      }
      return into;
    },
  };
}

/**
 * @param usual the types that count where none is asked for
 * @returns     the place of the type in `types`
 */
function typeOf(addon: Addon, who: string, asked?: ProductType, usual = types): number {
  known ??= addon.productTypes();
  const [able, fastest] = [known.slice(0, types.length), known.slice(types.length)];
  if (asked === undefined)
    return Math.max(
      0,
      types.findLastIndex((type, i) => fastest[i] === 1 && usual.includes(type)),
    );
  const place = types.indexOf(asked);
  if (able[place] === 1) return place;
  throw new EngineError(who, `this CPU cannot use products of ${asked}`, "Leave `products` out.");
}
