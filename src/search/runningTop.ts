import type { Vectors } from "../base/vectors.ts";

/** What a `RunningTop` ranks. */
export interface RunningTopInput {
  queries: Vectors;
  queryNorms: Float64Array;
  corpus: Vectors;
  corpusNorms: Float64Array;
  k: number;
}

/**
 * The best k corpus rows of every query so far, by true cosine (float64, rounded to float32), then by smaller index.
 * `floor` tells which approximate cosines can still matter; `offer` scores one such row and keeps it if it belongs.
 */
export class RunningTop {
  readonly k: number;
  private readonly input: RunningTopInput;
  /** Greatest difference between a float32 cosine and the true one. */
  private readonly error: number;
  private readonly indices: Int32Array;
  private readonly scores: Float32Array;
  /** How many of a query's k places are filled. */
  private readonly filled: Int32Array;

  constructor(input: RunningTopInput) {
    this.k = input.k;
    this.input = input;
    // A float32 dot product of unit vectors is off by at most gamma(d) in any order of summation; the rows' own
    // rounding to unit length and the final rounding add a few units more.
    const units = (input.queries.d + 8) * 2 ** -24;
    this.error = units / (1 - units);
    const places = input.queries.n * input.k;
    this.indices = new Int32Array(places);
    this.scores = new Float32Array(places);
    this.filled = new Int32Array(input.queries.n);
  }

  /**
   * The least approximate cosine with which a row can be among the query's k best.
   * @param kth the k-th best approximate cosine of the block at hand, or -Infinity when it has fewer rows
   */
  floor(query: number, kth: number): number {
    const { k, error } = this;
    const worst = this.filled[query] < k ? Number.NEGATIVE_INFINITY : this.scores[query * k + k - 1] - error;
    return Math.max(worst, kth - 2 * error);
  }

  /** Scores corpus row `row` against the query and keeps it if it is among the k best. A row is offered once only. */
  offer(query: number, row: number): void {
    const { k, scores, indices } = this;
    const score = this.cosine(query, row);
    const start = query * k;
    let place = start + this.filled[query];
    if (place === start + k) {
      if (!this.before(score, row, place - 1)) return;
      place--;
    } else this.filled[query]++;
    for (; place > start && this.before(score, row, place - 1); place--) {
      scores[place] = scores[place - 1];
      indices[place] = indices[place - 1];
    }
    scores[place] = score;
    indices[place] = row;
  }

  result(): { indices: Int32Array; scores: Float32Array; k: number } {
    return { indices: this.indices, scores: this.scores, k: this.k };
  }

  private before(score: number, row: number, place: number): boolean {
    return score > this.scores[place] || (score === this.scores[place] && row < this.indices[place]);
  }

  private cosine(query: number, row: number): number {
    const { queries, queryNorms, corpus, corpusNorms } = this.input;
    const norm = queryNorms[query] * corpusNorms[row];
    if (norm === 0) return 0;
    const { d } = queries;
    const a = queries.data;
    const b = corpus.data;
    let sum = 0;
    for (let i = query * d, j = row * d, end = i + d; i < end; i++, j++) sum += a[i] * b[j];
    return Math.fround(sum / norm);
  }
}
