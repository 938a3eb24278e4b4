import type { Bm25 } from "../search/bm25.ts";
import type { Encoder } from "../search/encoder.ts";

/** Cosine and BM25 together, as `hybridScores` adds them. */
export interface Hybrid {
  dense: Encoder;
  lexical: Bm25;
  /** Chosen on other queries than those of the evaluation. */
  weight: number;
}

/** What `train` gives: evaluated as its embedder. */
export interface Trained {
  embedder: Encoder;
}

/** What can be evaluated: an embedder or what training made, a BM25 index of the very passages searched, or both. */
export type System = Encoder | Trained | Bm25 | Hybrid;
