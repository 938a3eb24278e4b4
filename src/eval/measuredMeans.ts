import { bootstrapInterval } from "./bootstrapInterval.ts";
import { meansOf } from "./meansOf.ts";
import type { Measured } from "./measured.ts";
import type { QueryScores } from "./scoreRankings.ts";

/**
 * Measures that are means over items.
 *
 * @param counts what stands behind the means, e.g. `{ queries: 60 }`
 * @param groups of each item: its items are drawn together; default: each item by itself
 */
export function measuredMeans(
  scores: QueryScores,
  counts: Readonly<Record<string, number>>,
  groups?: readonly string[],
): Measured {
  return {
    measures: { ...meansOf(scores), ...counts },
    intervals: () => {
      const bounds = [...scores].map(([name, values]): [string, [number, number]] => {
        const alone = (): string[] => Array.from(values, (_, i) => `${i}`);
        const { low, high } = bootstrapInterval({ values, groups: groups ?? alone() });
        return [name, [low, high]];
      });
      return Object.fromEntries(bounds);
    },
  };
}
