import { InputError } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";
import type { Card } from "./card.ts";
import type { Row, SplitName } from "./dataset.ts";
import { shown } from "./sourceRow.ts";

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

function splitOf(card: Card, row: Row): SplitName {
  const rule = card.splits;
  if (rule.by === "number") {
    const value = row[card.group.field];
    const number = Number(new RegExp(card.group.pattern ?? "").exec(value)?.[2]);
    if (!Number.isInteger(number))
      throw new InputError(
        `${card.name} row \`${row.id}\``,
        `field \`${card.group.field}\` must hold the topic's number, got ${shown(value)}`,
        "Mend the row, or the card's group.pattern.",
      );
    if (number % rule.testMultiplesOf === 0) return "test";
    return rule.dev.includes(number) ? "dev" : "train";
  }
  if (rule.by === "hash") {
    const place = Number.parseInt(sha256(row.group).slice(0, 8), 16) / 2 ** 32;
    if (place < rule.testShare) return "test";
    return place < rule.testShare + rule.devShare ? "dev" : "train";
  }
  const split = row[rule.field];
  if (split === "train" || split === "dev" || split === "test") return split;
  throw new InputError(
    `${card.name} row \`${row.id}\``,
    `field \`${rule.field}\` must be train, dev or test, got ${shown(split)}`,
    "Mend the row.",
  );
}
