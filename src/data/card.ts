import { readFile } from "node:fs/promises";
import { InputError } from "../base/errors.ts";
import type { CollectionRecord } from "./collection.ts";
import { shown } from "./sourceRow.ts";

/** What one field of a row is for. */
export interface CardField {
  /** `id` and `passage` stand once each; `query` fields search passages; a `label` describes. */
  role: "id" | "passage" | "query" | "label";
  about?: string;
  /** BCP 47, e.g. `ms`. */
  language?: string;
  /** The text may be "". Default false. */
  optional?: boolean;
}

/**
 * How groups (topics) are dealt to train, dev and test; rows of one group always stay together.
 * `number`: by the topic number, the second bracket of the group's pattern. `field`: a field of the row names the split.
 * `hash`: by the group name's sha256, so that new rows never move old ones.
 */
export type SplitRule =
  | { by: "number"; testMultiplesOf: number; dev: number[] }
  | { by: "field"; field: string }
  | { by: "hash"; testShare: number; devShare: number };

/** What a dataset says about itself: `card.json` beside its rows. */
export interface Card {
  name: string;
  summary: string;
  /** SPDX identifier where there is one. */
  licence: string;
  source: string;
  /** The rows, beside the card. */
  file: string;
  rows: number;
  /** Of the file's bytes, lower-case hex. */
  sha256: string;
  /** The group (topic) of a row: the first bracket of `pattern` in `field`, or the whole field. */
  group: { field: string; pattern?: string };
  /** The label field that names a row's domain. */
  domain?: string;
  fields: Record<string, CardField>;
  splits: SplitRule;
  /** How it was collected, and what its texts are like; for people. */
  collection?: Partial<CollectionRecord>;
}

const roles = ["id", "passage", "query", "label"];

/**
 * Reads and checks a dataset's card.
 *
 * @param path the card's JSON file
 * @throws {InputError} which key was wrong, and what it held
 */
export async function readCard(path: string): Promise<Card> {
  let card: Card;
  try {
    card = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const problem = missing ? "no such file" : `is not JSON (${(error as Error).message})`;
    throw new InputError(path, problem, "See datasets/malay-mini/card.json for a whole card.", { cause: error });
  }
  check(path, card);
  return card;
}

function check(path: string, card: Card): void {
  const need = (key: string, value: unknown, good: boolean, wanted: string): void => {
    if (good) return;
    throw new InputError(path, `\`${key}\` must be ${wanted}, got ${shown(value)}`, "Mend the card.");
  };
  need("card", card, typeof card === "object" && card !== null && !Array.isArray(card), "an object");
  for (const key of ["name", "summary", "licence", "source", "file"] as const)
    need(key, card[key], typeof card[key] === "string" && card[key] !== "", "a non-empty text");
  need("rows", card.rows, Number.isInteger(card.rows) && card.rows > 0, "a whole number above 0");
  need("sha256", card.sha256, /^[0-9a-f]{64}$/.test(card.sha256), "64 lower-case hex digits");
  need("fields", card.fields, typeof card.fields === "object" && card.fields !== null, "an object of fields");
  for (const [name, field] of Object.entries(card.fields))
    need(`fields.${name}.role`, field?.role, roles.includes(field?.role), `one of ${roles.join(", ")}`);
  for (const role of ["id", "passage"])
    need("fields", card.fields, card.fields[role]?.role === role, `an object with a field \`${role}\` of that role`);
  need("group.field", card.group?.field, card.group?.field in card.fields, "one of the fields");
  if (card.domain !== undefined) need("domain", card.domain, card.domain in card.fields, "one of the fields");
  const rule = card.splits;
  need("splits.by", rule?.by, ["number", "field", "hash"].includes(rule?.by), "number, field or hash");
  if (rule.by === "number") {
    need("group.pattern", card.group.pattern, brackets(card.group.pattern) >= 2, "a pattern with two brackets");
    need("splits.testMultiplesOf", rule.testMultiplesOf, rule.testMultiplesOf > 0, "a number above 0");
    need("splits.dev", rule.dev, Array.isArray(rule.dev), "a list of topic numbers");
  }
  if (rule.by === "field") need("splits.field", rule.field, rule.field in card.fields, "one of the fields");
  if (rule.by === "hash") {
    const shares = rule.testShare >= 0 && rule.devShare >= 0 && rule.testShare + rule.devShare < 1;
    need("splits", rule, shares, "shares of test and dev that leave something for train");
  }
}

function brackets(pattern: string | undefined): number {
  try {
    return pattern === undefined ? 0 : (new RegExp(`${pattern}|`).exec("")?.length ?? 1) - 1;
  } catch {
    return 0;
  }
}
