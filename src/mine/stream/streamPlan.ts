import { InputError } from "../../base/errors.ts";

/** How a stream cuts its work so that it stays within its budget. */
export interface StreamPlan {
  /** Queries of one shard: what kill -9 can cost. */
  queryRows: number;
  /** Corpus rows in memory at once. */
  corpusRows: number;
}

/** What the search itself needs beside its inputs: products, packed rows, candidates. */
const SEARCH_BYTES = 64 << 20;
/** Queries of a shard at most: more would make the search little faster, and a kill dearer. */
const MOST_QUERIES = 4096;

/**
 * Half of the budget for the corpus, a quarter for the queries and their neighbours; the rest is headroom.
 *
 * @param d      width of the vectors
 * @param k      neighbours of a query
 * @param budget bytes
 * @param taken  bytes of them that other things take already
 * @throws {InputError} when the budget does not hold even small pieces
 */
export function streamPlan(d: number, k: number, budget: number, taken = 0): StreamPlan {
  const free = budget - taken - SEARCH_BYTES;
  // a query's vector, and its neighbours so far, of the piece at hand, and as text
  const queryRows = Math.min(MOST_QUERIES, Math.floor(free / 4 / (4 * d + 64 * k)));
  const corpusRows = Math.floor(free / 2 / (4 * d + 8));
  if (queryRows >= 16 && corpusRows >= Math.max(k, 1024)) return { queryRows, corpusRows };
  const needed = taken + SEARCH_BYTES + Math.max(64 * (4 * d + 64 * k), 2 * (4 * d + 8) * Math.max(k, 1024));
  throw new InputError(
    "budget",
    `must be at least ${Math.ceil(needed / 1e6)} MB for vectors of ${d} and k ${k}, got ${Math.floor(budget / 1e6)} MB`,
    "Give more memory.",
  );
}
