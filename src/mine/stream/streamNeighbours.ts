import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import type { OnProgress } from "../../base/progress.ts";
import type { Engine } from "../../engine/engine.ts";
import { type Neighbours, topK } from "../../search/topK.ts";
import { mergeNeighbours } from "./mergeNeighbours.ts";
import { progressClock } from "./progressClock.ts";
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
export interface StreamSummary {
  queries: number;
  corpus: number;
  /** Shards made now, and found done from an earlier try. */
  made: number;
  resumed: number;
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
  const { window = [0, 100], budget = 2 ** 30, signal } = options;
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
    const plan = streamPlan(queries.d, k, budget);
    const parts = openParts(`${files.output}.parts`, { queries, corpus, options, queryRows: plan.queryRows });
    const summary = { queries: queries.n, corpus: corpus.n, made: 0, resumed: 0 };
    if (finished) {
      rmSync(parts.folder, { recursive: true });
      return { ...summary, resumed: Math.ceil(queries.n / parts.queryRows) };
    }
    const clock = progressClock(queries.n, options);
    const search = new PieceSearch(engine, { queries, corpus, k, corpusRows: Math.min(plan.corpusRows, corpus.n) });
    const names: string[] = [];
    for (let from = 0; from < queries.n; from += parts.queryRows) {
      const rows = Math.min(parts.queryRows, queries.n - from);
      const name = join(parts.folder, `${String(from).padStart(12, "0")}.jsonl`);
      names.push(name);
      if (existsSync(name)) {
        summary.resumed++;
        clock.skip(rows);
        continue;
      }
      const best = await search.shard(from, rows, (share) => {
        signal?.throwIfAborted();
        clock.report(share * rows);
      });
      writeWhole(name, [lines(best, from, window[0], options)]);
      summary.made++;
      clock.done(rows);
    }
    writeWhole(files.output, contents(names), join(parts.folder, `output.${process.pid}`));
    rmSync(parts.folder, { recursive: true });
    return summary;
  } finally {
    queries.close();
    corpus.close();
  }
}

/** Searches one shard of queries through the whole corpus; the memory for pieces is taken once. */
class PieceSearch {
  private readonly asked: Float32Array;
  private readonly piece: Float32Array;
  private readonly engine: Engine;
  private readonly input: { queries: VectorFile; corpus: VectorFile; k: number; corpusRows: number };

  constructor(engine: Engine, input: { queries: VectorFile; corpus: VectorFile; k: number; corpusRows: number }) {
    this.engine = engine;
    this.input = input;
    this.asked = new Float32Array(Math.min(4096, input.queries.n) * input.queries.d);
    this.piece = new Float32Array(input.corpusRows * input.corpus.d);
  }

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

/** The folder of parts, made, or found to belong to this very call. The cut into shards is that of the first try. */
function openParts(
  folder: string,
  call: { queries: VectorFile; corpus: VectorFile; options: StreamOptions; queryRows: number },
): { folder: string; queryRows: number } {
  const { queries, corpus, options, queryRows } = call;
  const { window, minScore, maxScore } = options;
  const inputs = { queries: queries.version, corpus: corpus.version, window, minScore, maxScore };
  const path = join(folder, "call.json");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(path)) {
    writeWhole(path, [JSON.stringify({ inputs, queryRows })]);
    return { folder, queryRows };
  }
  const known = JSON.parse(readFileSync(path, "utf8")) as { inputs: unknown; queryRows: number };
  if (JSON.stringify(known.inputs) === JSON.stringify(inputs)) return { folder, queryRows: known.queryRows };
  throw new InputError(
    folder,
    "holds parts of a call with other files or options",
    "Remove it, or name another output.",
  );
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

function* contents(names: readonly string[]): Generator<string> {
  for (const name of names) yield readFileSync(name, "utf8");
}
