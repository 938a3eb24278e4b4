import { EngineError } from "../base/errors.ts";
import type { Vectors } from "../base/vectors.ts";
import type { Addon } from "./addon.ts";
import type { Engine } from "./engine.ts";
import { TorchEngine } from "./torchEngine.ts";
import { torchError } from "./torchError.ts";

/** The type of the products that nominate candidates. It has no effect on the result. */
export type ProductType = "float32" | "bfloat16" | "int16";

/** Both sides of an exact search and where its result goes. The caller has checked them. */
export interface NativeSearchJob {
  queries: Vectors;
  /** [Q] Euclidean */
  queryNorms: Float64Array;
  corpus: Vectors;
  /** [N] Euclidean */
  corpusNorms: Float64Array;
  k: number;
  /** Corpus rows of one product. */
  columns: number;
  /** Default: the type that is fastest on this CPU. */
  products?: ProductType;
  /** [Q * K] */
  indices: Int32Array;
  /** [Q * K] */
  scores: Float32Array;
}

/** The native exact cosine search (`native/nearest.cc`). */
export interface NativeSearch {
  /** Fills the Euclidean norms [N] of rows, in float64. @returns the first row with NaN or an infinity, or -1 */
  norms(vectors: Vectors, into: Float64Array): number;
  /**
   * Fills the places of the queries `from` .. `from + rows`.
   * @throws {EngineError} too little memory, or a type of products that this CPU cannot use
   */
  fill(job: NativeSearchJob, from: number, rows: number): void;
}

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
      const numbers = [queries.d, from, rows, k, columns, typeOf(addon, job.products)];
      try {
        addon.nearestRows(queries.data, queryNorms, corpus.data, corpusNorms, indices, scores, numbers);
      } catch (error) {
        throw torchError("topK", error);
      }
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
