import type { Search } from "./protocol.ts";

/**
 * Whether a search succeeds by the paper's rule: what counts stands among the first k, or among the first k + 1 when the
 * searching text is itself among the first k.
 *
 * @param ranked places, best first, at least k + 1 where the pool has as many
 * @returns 1 or 0
 */
export function paperHit(ranked: ArrayLike<number>, { self, relevant }: Search, k: number): number {
  let end = Math.min(k, ranked.length);
  for (let i = 0; i < end; i++)
    if (ranked[i] === self) {
      end = Math.min(k + 1, ranked.length);
      break;
    }
  for (let i = 0; i < end; i++) if (relevant.has(ranked[i])) return 1;
  return 0;
}
