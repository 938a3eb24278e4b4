import { InputError } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";
import type { Card } from "./card.ts";
import type { Row, SplitName } from "./dataset.ts";
import { shown } from "./sourceRow.ts";

/**
 * The side on which a card's rule puts a row.
 *
 * @throws {InputError} a row without a topic number where the rule goes by it, or that names another split
 */
export function splitOf(card: Card, row: Row): SplitName {
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
