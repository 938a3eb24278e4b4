import { InputError } from "../base/errors.ts";
import { invertedIndex } from "./invertedIndex.ts";
import { tokens } from "./tokens.ts";

/** The two settings of BM25. */
export interface Bm25Options {
  /** Saturation of a term's count, at least 0. Default 1.2. */
  k1?: number;
  /** How far a text's length counts, 0 to 1. Default 0.75. */
  b?: number;
}

/**
 * BM25 over a fixed list of texts. Each query token counts once; idf = ln(1 + (N - df + .5) / (df + .5)); a term that
 * stands tf times in a text of length L adds idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * L / mean length)).
 *
 * What a term adds to a text is worked out when the index is built, so that a query only sums postings.
 *
 * @see Robertson & Zaragoza 2009, doi:10.1561/1500000019; idf as in Lucene; eager sums as in Lu 2024, arXiv:2407.03618
 */
export class Bm25 {
  /** N, the number of texts. */
  readonly size: number;
  private readonly terms: Map<string, number>;
  /** Term t's postings are entries starts[t] .. starts[t + 1] of `texts` and `weights`. */
  private readonly starts: Float64Array;
  private readonly texts: Int32Array;
  private readonly weights: Float32Array;
  private readonly sums: Float64Array;

  /** @throws {InputError} no texts, k1 below 0, b outside 0 .. 1 */
  constructor(texts: readonly string[], { k1 = 1.2, b = 0.75 }: Bm25Options = {}) {
    if (texts.length === 0) throw new InputError("Bm25", "the pool is empty", "Give at least one text.");
    if (!(k1 >= 0) || !(b >= 0 && b <= 1))
      throw new InputError("Bm25", `k1 must be >= 0 and b in 0 .. 1, got ${k1} and ${b}`, "Mend the setting.");
    const index = invertedIndex(texts);
    this.size = texts.length;
    this.terms = index.terms;
    this.starts = index.starts;
    this.texts = index.texts;
    this.weights = new Float32Array(index.texts.length);
    this.sums = new Float64Array(texts.length);

    // A pool without a single token has no mean length; no term then needs it.
    const mean = index.lengths.reduce((sum, length) => sum + length, 0) / texts.length;
    for (let term = 0; term < index.terms.size; term++) {
      const frequency = index.starts[term + 1] - index.starts[term];
      const idf = Math.log(1 + (texts.length - frequency + 0.5) / (frequency + 0.5));
      for (let e = index.starts[term]; e < index.starts[term + 1]; e++) {
        const count = index.counts[e];
        const length = index.lengths[index.texts[e]];
        this.weights[e] = (idf * count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / mean));
      }
    }
  }

  /**
   * The score of every text for one query.
   *
   * @param into [N], reused in place of a new array when given
   * @returns    [N], at least 0; 0 where no token is shared
   */
  scores(query: string, into: Float32Array = new Float32Array(this.size)): Float32Array {
    const { sums, texts, weights } = this;
    sums.fill(0);
    for (const word of new Set(tokens(query))) {
      const term = this.terms.get(word);
      if (term === undefined) continue;
      const end = this.starts[term + 1];
      for (let e = this.starts[term]; e < end; e++) sums[texts[e]] += weights[e];
    }
    into.set(sums);
    return into;
  }
}

/** BM25 over passages, in their order: `evaluate({ bm25: bm25(malay.passages) }, ..)`. */
export function bm25(passages: readonly { text: string }[], options: Bm25Options = {}): Bm25 {
  return new Bm25(
    passages.map(({ text }) => text),
    options,
  );
}
