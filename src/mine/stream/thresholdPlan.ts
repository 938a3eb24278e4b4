import { InputError } from "../../base/errors.ts";

/** Sides of a block at most, and at least where caps let it. */
const [MOST, LEAST] = [2048, 64];
/** What mining needs beside its block. */
const FIXED_BYTES = 48 << 20;

/** What a block of anchors holds. */
export interface ThresholdLoad {
  /** Rows in all, and their width. */
  n: number;
  d: number;
  /** Positives and negatives of an anchor at most, together. */
  kept: number;
}

/**
 * Anchors of a shard, and corpus rows that they meet at once: three quarters of the budget for the block (40 bytes a pair),
 * its vectors, and what the anchors keep.
 *
 * @param budget bytes
 * @param taken  bytes of them that other things take already
 * @throws {InputError} when the budget does not hold even a small block
 */
export function thresholdPlan({ n, d, kept }: ThresholdLoad, budget: number, taken: number): number {
  const free = ((budget - taken - FIXED_BYTES) * 3) / 4;
  // as numbers, and in its line
  const anchor = 8 * d + 96 * Math.min(kept, n);
  const bytesOf = (side: number): number => 40 * side * side + side * anchor;
  // one that keeps nearly everything is as slow as its lines are long, whatever the block
  const least = kept >= n ? 1 : Math.min(LEAST, n);
  for (let side = Math.min(MOST, n); ; side = Math.max(least, Math.floor(side / 2))) {
    if (bytesOf(side) <= free) return side;
    if (side === least) break;
  }
  const needed = taken + FIXED_BYTES + (bytesOf(least) * 4) / 3;
  throw new InputError(
    "budget",
    `must be at least ${Math.ceil(needed / 1e6)} MB for ${n} vectors of ${d} of which an anchor keeps up to ` +
      `${Math.min(kept, n)}, got ${Math.floor(budget / 1e6)} MB`,
    "Give more memory, or keep fewer positives and negatives.",
  );
}
