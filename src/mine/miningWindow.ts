import { InputError } from "../base/errors.ts";

/** How many negatives are wanted, and from which ranks. */
export interface MiningWindow {
  perQuery: number;
  /** Ranks [from, to) among the candidates that pass the filters; 0 = most similar. */
  window: readonly [from: number, to: number];
}

/**
 * The window of a pool, with what is usual where nothing is asked: 5 negatives, or as many as a smaller pool has; from
 * rank 10, past what may answer the query unmarked, to 100, in a small pool as late as leaves `perQuery` ranks.
 *
 * @param pool passages
 * @throws {InputError} a window that is empty, too small for `perQuery` or beyond the pool; more negatives wanted than
 *         the pool has
 */
export function miningWindow(asked: Partial<MiningWindow>, pool: number): MiningWindow {
  const perQuery = asked.perQuery ?? Math.min(5, pool);
  const window = asked.window ?? [Math.max(0, Math.min(10, pool - 1 - perQuery)), Math.max(100, 10 + perQuery)];
  check(perQuery, window, pool);
  return { perQuery, window };
}

function check(perQuery: number, [from, to]: readonly [number, number], pool: number): void {
  const fail = (problem: string, todo: string): never => {
    throw new InputError("mineHardNegatives", problem, todo);
  };
  if (!Number.isInteger(perQuery) || perQuery < 1)
    fail(`perQuery must be a whole number above 0, got ${perQuery}`, "Ask for at least one negative.");
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to <= from)
    fail(`window must be [from, to) with 0 <= from < to, got [${from}, ${to}]`, "Mend the window.");
  if (perQuery > to - from)
    fail(`window [${from}, ${to}] holds ${to - from} ranks, perQuery is ${perQuery}`, "Widen the window.");
  if (perQuery > pool)
    fail(`perQuery is ${perQuery}, the pool has ${pool} passages`, "Ask for fewer, or give more passages.");
  if (from >= pool)
    fail(`window starts at rank ${from}, the pool has ${pool} passages`, "Start earlier, or give more passages.");
}
