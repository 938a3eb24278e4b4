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
  /** Default: the type that is fastest on this CPU. */
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

/** Which pairs of rows are looked for. */
export interface NearPairsJob extends Sides {
  /** [Q] the distance that is of interest to each query; may be infinite */
  limits: Float64Array;
  /** Distances of directions: rows are taken at unit length. */
  normalize: boolean;
}

/**
 * Pairs that may lie within the limits, by query, then by rising column. Each holds an interval that its Euclidean
 * distance surely lies in; pairs that are missing surely lie further apart than the limit of their query.
 */
export interface NearPairs {
  /** [Q] where the pairs of each query end; they begin where those of the query before end */
  ends: Int32Array;
  /** [P] rows of the corpus */
  columns: Int32Array;
  /** [P] */
  low: Float32Array;
  /** [P] */
  high: Float32Array;
}

/** The native exact search on the CPU (`native/nearest.cc`, `native/within.cc`). */
export interface NativeSearch {
  /** Fills the Euclidean norms [N] of rows, in float64. @returns the first row with NaN or an infinity, or -1 */
  norms(vectors: Vectors, into: Float64Array): number;
  /**
   * Fills the places of the queries `from` .. `from + rows`.
   * @throws {EngineError} too little memory, or a type of products that this CPU cannot use
   */
  fill(job: NativeSearchJob, from: number, rows: number): void;
  /** @throws {EngineError} as `fill`, or more than 2^31 - 1 pairs to look at */
  nearPairs(job: NearPairsJob): NearPairs;
  /** Euclidean distances of one row to others, in float64, each row times its scale. [rows] */
  distances(vectors: Vectors, scales: Float64Array, row: number, rows: Int32Array): Float64Array;
}

/** Corpus rows of a product of `nearPairs`. */
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
      const numbers = [queries.d, from, rows, columns, typeOf(addon, job.products), k];
      try {
        addon.nearestRows(queries.data, queryNorms, corpus.data, corpusNorms, indices, scores, numbers);
      } catch (error) {
        throw torchError("topK", error);
      }
    },
    nearPairs({ queries, queryNorms, corpus, corpusNorms, limits, normalize, products }) {
      const numbers = [queries.d, 0, queries.n, COLUMNS, typeOf(addon, products)];
      const sides = [queries.data, queryNorms, corpus.data, corpusNorms] as const;
      try {
        const [ends, columns, low, high] = addon.nearPairs(...sides, limits, normalize, numbers);
        return { ends, columns, low, high };
      } catch (error) {
        throw torchError("nearPairs", error);
      }
    },
    distances({ data, d }, scales, row, rows) {
      const into = new Float64Array(rows.length);
      addon.distances(data, scales, d, row, rows, into);
      return into;
    },
  };
}

/** @returns the place of the type in `types` */
function typeOf(addon: Addon, asked: ProductType | undefined): number {
  known ??= addon.productTypes();
  if (asked === undefined) return known.lastIndexOf(1) - types.length;
  const place = types.indexOf(asked);
  if (known[place] === 1) return place;
  throw new EngineError("topK", `this CPU cannot use products of ${asked}`, "Leave `products` out.");
}
