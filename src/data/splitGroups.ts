import { InputError } from "../base/errors.ts";
import type { Card } from "./card.ts";
import type { Row, SplitName } from "./dataset.ts";
import { splitOf } from "./splitOf.ts";

/**
 * Deals whole groups (topics) to train, dev and test by the card's rule, so that siblings never stand on both sides.
 *
 * @returns the split of each group
 * @throws  {InputError} when a row names another split than train, dev or test, or a group's rows name different ones
 */
export function splitGroups(card: Card, rows: readonly Row[]): Map<string, SplitName> {
  const splits = new Map<string, SplitName>();
  for (const row of rows) {
    const split = splitOf(card, row);
    const before = splits.get(row.group);
    if (before !== undefined && before !== split)
      throw new InputError(
        card.name,
        `group \`${row.group}\` has rows in ${before} and, by row \`${row.id}\`, in ${split}`,
        "Put all rows of a group on one side.",
      );
    splits.set(row.group, split);
  }
  return splits;
}
