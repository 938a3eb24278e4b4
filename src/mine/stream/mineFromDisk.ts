import { join } from "node:path";
import type { OnProgress } from "../../base/progress.ts";
import { RowFile } from "../../data/collect/rowFile.ts";
import type { Example } from "../../data/examplesFrom.ts";
import { openEngine } from "../../engine/openEngine.ts";
import type { Encoder } from "../../search/encoder.ts";
import type { DroppedCandidates } from "../chooseNegatives.ts";
import type { MinedQuery } from "../formatMined.ts";
import type { MineOptions, MiningSummary } from "../mineHardNegatives.ts";
import { type MiningWindow, miningWindow } from "../miningWindow.ts";
import { noneDropped } from "../noneDropped.ts";
import { DiskPool, type DiskPoolSource } from "./diskPool.ts";
import { diskVectors, type VectorsOnDisk } from "./diskVectors.ts";
import { inParts } from "./inParts.ts";
import { mineShard, type ShardRow } from "./mineShard.ts";
import { PieceSearch } from "./pieceSearch.ts";
import type { ShardCounts, Shards } from "./shards.ts";
import { streamPlan } from "./streamPlan.ts";

/** Texts to mine, and where the work is kept until it is done. */
export interface DiskMiningInput extends Pick<DiskPoolSource, "examples" | "passages"> {
  /** Folder of finished parts, which is made; a try that was killed goes on with those that lie there. */
  parts: string;
  /** What the texts and vectors are, as JSON, such as files with their times and a model's key: other parts are refused. */
  call: unknown;
}

/** Options of `mineFromDisk`: those of `mineHardNegatives`, and how to work. */
export interface DiskMineOptions extends Omit<MineOptions, "passages" | "onRescored"> {
  /** Bytes of memory, beside the program itself and the model. Default 1 GiB. */
  budget?: number;
  /** Told after each piece of the search, in queries, with the time left in its note. */
  onMined?: OnProgress;
  /** Milliseconds; default the system's clock. For the time left in progress. */
  now?: () => number;
  signal?: AbortSignal;
}

/** What was mined, read from the disk as it is asked for. */
export interface MinedOnDisk {
  summary: MiningSummary & ShardCounts;
  /** Negatives wanted for each example. */
  perQuery: number;
  /** The examples in their order, with `neg` and `negScores`. */
  examples(): AsyncGenerator<Example>;
  /** The same by query, which `formatMined` and `falseNegatives` take. */
  queries(): Generator<MinedQuery>;
}

/**
 * `mineHardNegatives` for texts and vectors that do not fit the memory: the same rows for the same vectors, whatever the
 * budget. Texts go to files first, a model's vectors too; then shards of queries search the corpus piece by piece, and
 * each that is done is kept: after kill -9 the same call goes on there, without repeating or losing a row.
 *
 * @param use what is done with the result, whose files are gone afterwards; the parts stay if it throws
 * @throws {InputError} as `mineHardNegatives`; parts of another call; a budget that does not hold even small pieces
 */
export async function mineFromDisk<Result>(
  source: Encoder | VectorsOnDisk,
  input: DiskMiningInput,
  options: DiskMineOptions,
  use: (mined: MinedOnDisk) => Promise<Result>,
): Promise<Result> {
  const { examples, passages, parts, call } = input;
  const { sameText, dropGroup } = options;
  return inParts(parts, { call, ...whatCounts(options) }, async (shards, folder) => {
    const pool = await DiskPool.make(folder, { examples, passages, sameText, dropGroup });
    shards.require("texts", pool.digest);
    const found = new RowFile(join(folder, "found.jsonl"));
    try {
      const asked = miningWindow(options, pool.size);
      const summary = await search({ source, pool, shards }, { ...options, ...asked }, found);
      return await use({
        summary,
        perQuery: asked.perQuery,
        examples: () => minedExamples(pool, found),
        queries: () => minedQueries(pool, found),
      });
    } finally {
      found.close();
      pool.close();
    }
  });
}

/** The options that a row hangs on, in a fixed order. */
function whatCounts(options: DiskMineOptions): Record<string, unknown> {
  const { perQuery, window, margin, relativeMargin, minScore, maxScore, sampling, seed } = options;
  const { sameText, dropGroup, queryPrompt, passagePrompt, scorer } = options;
  const choice = { perQuery, window, margin, relativeMargin, minScore, maxScore, sampling, seed };
  return { ...choice, sameText, dropGroup, queryPrompt, passagePrompt, rescored: scorer !== undefined };
}

/** Queries of a shard at most where a scorer is asked, and the share of its work that the search is taken for. */
const SCORED_TOGETHER = 256;
const SEARCH_SHARE = 0.1;

interface Setting {
  source: Encoder | VectorsOnDisk;
  pool: DiskPool;
  shards: Shards;
}

/** Fills the shards, and then `found` with a row for each query. */
async function search(
  { source, pool, shards }: Setting,
  options: DiskMineOptions & MiningWindow,
  found: RowFile,
): Promise<MinedOnDisk["summary"]> {
  const engine = source.engine ?? (await openEngine());
  const k = Math.min(options.window[1] + mostExcluded(pool), pool.size);
  const planFor = (d: number) => streamPlan(d, k, options.budget ?? 2 ** 30, pool.bytes);
  // a budget that is too small is told before hours of encoding
  const vectors = await diskVectors(source, pool, { ...options, folder: shards.folder, onWidth: planFor });
  try {
    const { queries, passages } = vectors;
    const plan = planFor(queries.d);
    // scoring takes far longer than the search: a shard is to be done every few minutes all the same
    const rows = options.scorer ? Math.min(SCORED_TOGETHER, plan.queryRows) : plan.queryRows;
    const searched = options.scorer ? SEARCH_SHARE : 1;
    const pieces = new PieceSearch(engine, {
      queries,
      corpus: passages,
      k,
      queryRows: rows,
      corpusRows: plan.corpusRows,
    });
    const counts = await shards.fill({
      total: pool.queries,
      rows,
      now: options.now,
      onProgress: options.onMined,
      signal: options.signal,
      make: async (from, count, report) => {
        const nearest = await pieces.shard(from, count, (share) => report(share * searched));
        const scored = (share: number): void => report(searched + share * (1 - searched));
        const { rows, dropped } = await mineShard(from, nearest, { pool, vectors }, { ...options, report: scored });
        return [...rows, dropped].map((line) => `${JSON.stringify(line)}\n`);
      },
    });
    return { ...summarize(pool, shards, found, options.perQuery), ...counts };
  } finally {
    vectors.close();
  }
}

/** So many more neighbours are looked for than ranks are wanted: the most that may leave the candidates of a query. */
function mostExcluded(pool: DiskPool): number {
  let most = 0;
  for (let number = 0; number < pool.queries; number++) {
    const { pairs, positives, siblings } = pool.query(number);
    most = Math.max(most, pairs, positives.size + siblings.size);
  }
  return most;
}

function summarize(pool: DiskPool, shards: Shards, found: RowFile, perQuery: number): MiningSummary {
  const summary = {
    asked: pool.examples * perQuery,
    found: 0,
    short: 0,
    queries: pool.queries,
    passages: pool.size,
    ...noneDropped(),
  };
  for (const line of shards.lines()) {
    const row = JSON.parse(line) as ShardRow | DroppedCandidates;
    if (!("neg" in row)) {
      for (const name of Object.keys(noneDropped()) as (keyof DroppedCandidates)[]) summary[name] += row[name];
      continue;
    }
    const asking = pool.askedTimes(found.rows);
    summary.found += asking * row.neg.length;
    if (row.neg.length < perQuery) summary.short += asking;
    found.append(row);
  }
  return summary;
}

async function* minedExamples(pool: DiskPool, found: RowFile): AsyncGenerator<Example> {
  for await (const { example, query } of pool.all()) {
    const { neg, negScores } = found.read(query) as ShardRow;
    yield { ...example, neg: neg.map((place) => pool.passage(place)), negScores };
  }
}

function* minedQueries(pool: DiskPool, found: RowFile): Generator<MinedQuery> {
  for (let number = 0; number < pool.queries; number++) {
    const { neg, negScores, posScores } = found.read(number) as ShardRow;
    const { text, positiveTexts } = pool.query(number);
    yield {
      query: text,
      positives: positiveTexts.map((positive, i) => ({ text: positive, score: posScores[i] })),
      negatives: neg.map((place, i) => ({ text: pool.passage(place), score: negScores[i] })),
    };
  }
}
