import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import type { OnProgress } from "../../base/progress.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Neighbours } from "../../search/topK.ts";
import { PieceSearch } from "./pieceSearch.ts";
import { type ShardCounts, Shards } from "./shards.ts";
import { streamPlan } from "./streamPlan.ts";
import { VectorFile } from "./vectorFile.ts";
import { writeWhole } from "./writeWhole.ts";

/** Files of a stream. */
export interface StreamFiles {
  /** `.npy`, float32 [Q, D] */
  queries: string;
  /** `.npy`, float32 [N, D] */
  corpus: string;
  /** JSONL, one row a query in their order: {"query", "neighbours", "scores"}, rows by number from 0. */
  output: string;
}

/** Options of `streamNeighbours`. */
export interface StreamOptions {
  /** Ranks [from, to) that are written; 0 = most similar. Default [0, 100]. */
  window?: readonly [from: number, to: number];
  /** Least cosine that is written. */
  minScore?: number;
  /** Greatest cosine that is written. */
  maxScore?: number;
  /** Bytes of memory, beside the program itself. Default 1 GiB. */
  budget?: number;
  /** Milliseconds; default the system's clock. For the time left in progress. */
  now?: () => number;
  /** Called after each piece of work, in queries, with the time left in its note. */
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** What a stream did. */
export interface StreamSummary extends ShardCounts {
  queries: number;
  corpus: number;
}

/**
 * The nearest corpus rows of each query, from disk to disk in fixed memory: `topK` of pieces, merged. Exact, and the same
 * bytes whatever the budget.
 *
 * Work is cut into shards of queries. A finished shard lies in `OUTPUT.parts`, written beside its place, flushed and
 * renamed; after kill -9 the same call takes those that are there and makes the others, so no row is lost or repeated.
 * The output appears whole when all are done, and the parts go.
 *
 * @throws {InputError} an output that is there; parts of another call; files that do not fit, see `VectorFile` and `topK`
 */
export async function streamNeighbours(
  engine: Engine,
  files: StreamFiles,
  options: StreamOptions = {},
): Promise<StreamSummary> {
  const { window = [0, 100], budget = 2 ** 30 } = options;
  // killed between the output's last step and its parts' removal
  const finished = existsSync(files.output) && existsSync(`${files.output}.parts`);
  if (existsSync(files.output) && !finished)
    throw new InputError(files.output, "is there already", "Remove it, or name another.");
  if (!(Number.isInteger(window[0]) && Number.isInteger(window[1]) && window[0] >= 0 && window[1] > window[0]))
    throw new InputError("window", `must be [from, to) with 0 <= from < to, got [${window}]`, "Mend the window.");
  const queries = await VectorFile.open(files.queries);
  const corpus = await VectorFile.open(files.corpus);
  try {
    if (queries.d !== corpus.d)
      throw new InputError(
        files.queries,
        `must be ${corpus.d} wide, it is ${queries.d}`,
        "Encode both with one model.",
      );
    const k = Math.min(window[1], corpus.n);
    const { queryRows, corpusRows } = streamPlan(queries.d, k, budget);
    const { minScore, maxScore } = options;
    const inputs = { queries: queries.version, corpus: corpus.version, window: options.window, minScore, maxScore };
    const shards = Shards.open(`${files.output}.parts`, inputs);
    const sizes = { queries: queries.n, corpus: corpus.n };
    if (finished) {
      const resumed = shards.count;
      shards.remove();
      return { ...sizes, made: 0, resumed };
    }
    const search = new PieceSearch(engine, { queries, corpus, k, queryRows, corpusRows });
    const counts = await shards.fill({
      ...options,
      total: queries.n,
      rows: queryRows,
      make: async (from, count, report) => [lines(await search.shard(from, count, report), from, window[0], options)],
    });
    const ended = function* (): Generator<string> {
      for (const line of shards.lines()) yield `${line}\n`;
    };
    writeWhole(files.output, ended(), join(shards.folder, `output.${process.pid}`));
    shards.remove();
    return { ...sizes, ...counts };
  } finally {
    queries.close();
    corpus.close();
  }
}

function lines(best: Neighbours, from: number, first: number, { minScore, maxScore }: StreamOptions): string {
  const { k } = best;
  let text = "";
  for (let row = 0; row * k < best.indices.length; row++) {
    const neighbours: number[] = [];
    const scores: number[] = [];
    for (let at = row * k + first; at < (row + 1) * k; at++) {
      const score = best.scores[at];
      if (score < (minScore ?? -2) || score > (maxScore ?? 2)) continue;
      neighbours.push(best.indices[at]);
      // nine digits hold a float32 exactly
      scores.push(Number(score.toPrecision(9)));
    }
    text += `${JSON.stringify({ query: from + row, neighbours, scores })}\n`;
  }
  return text;
}
