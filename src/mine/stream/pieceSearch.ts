import type { Engine } from "../../engine/engine.ts";
import { type Neighbours, topK } from "../../search/topK.ts";
import { mergeNeighbours } from "./mergeNeighbours.ts";
import type { VectorRows } from "./vectorRows.ts";

/** What is searched, and how much of it is in memory at once. */
export interface PieceSearchInput {
  queries: VectorRows;
  corpus: VectorRows;
  /** Neighbours of a query, at most the corpus's rows. */
  k: number;
  /** Queries of a shard at most, and corpus rows of a piece. */
  queryRows: number;
  corpusRows: number;
}

/** Searches shards of queries through a corpus on disk, piece by piece; the memory for pieces is taken once. */
export class PieceSearch {
  private readonly asked: Float32Array;
  private readonly piece: Float32Array;
  private readonly engine: Engine;
  private readonly input: PieceSearchInput;

  constructor(engine: Engine, input: PieceSearchInput) {
    const { queries, corpus, queryRows, corpusRows } = input;
    this.engine = engine;
    this.input = input;
    this.asked = new Float32Array(Math.min(queryRows, queries.n) * queries.d);
    this.piece = new Float32Array(Math.min(corpusRows, corpus.n) * corpus.d);
  }

  /**
   * The nearest rows of queries from .. from + rows: what `topK` finds in the whole corpus.
   *
   * @param report told the share of the corpus that is searched; what it throws ends the search
   */
  async shard(from: number, rows: number, report: (share: number) => void): Promise<Neighbours> {
    const { queries, corpus, k, corpusRows } = this.input;
    const asked = queries.read(from, rows, this.asked);
    const best = { indices: new Int32Array(rows * k).fill(-1), scores: new Float32Array(rows * k), k };
    for (let start = 0; start < corpus.n; start += corpusRows) {
      const count = Math.min(corpusRows, corpus.n - start);
      const found = topK(this.engine, asked, corpus.read(start, count, this.piece), Math.min(k, count));
      mergeNeighbours(best, found, start);
      report((start + count) / corpus.n);
      // lets signals and timers run between pieces
      await new Promise((resolve) => setImmediate(resolve));
    }
    return best;
  }
}
