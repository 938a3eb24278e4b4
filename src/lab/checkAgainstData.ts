import { isDeepStrictEqual } from "node:util";
import { ConfigError } from "../base/errors.ts";
import type { Experiment, SplitName } from "../config/experiment.ts";
import { nearest } from "../config/nearest.ts";
import type { Dataset } from "../data/dataset.ts";

/**
 * What only the data can tell, before any work is done: fields that its rows do not have, splits without rows, a k
 * beyond the number of passages, domains that no row has.
 *
 * @throws {ConfigError} names the key, what came and what there is
 */
export function checkAgainstData({ data, systems, evaluate }: Experiment, dataset: Dataset): void {
  const { name: _, ...shared } = data;
  const needed: Needed[] = [["evaluate.split", evaluate.split]];
  for (const [name, system] of Object.entries(systems)) {
    if (system.kind !== "finetune") continue;
    const key = isDeepStrictEqual(system.data, shared) ? "data" : `systems.${name}.data`;
    checkFields(`${key}.trainFields`, system.data.trainFields, dataset);
    checkDomains(`${key}.withoutDomains`, system.data.withoutDomains ?? [], dataset);
    if (system.data.trainFields.length === 0) continue;
    needed.push(...system.data.trainSplits.map((split): Needed => [`${key}.trainSplits`, split]));
  }
  const tunes = Object.values(systems).some((system) => system.kind === "hybrid" && system.weight === "dev");
  checkFields("evaluate.fields", evaluate.fields, dataset);
  const splits = dataset.split();
  if (tunes) needed.push(["systems", "dev"]);
  for (const [key, split] of needed)
    if (splits[split].rows.length === 0)
      throw new ConfigError(key, `${dataset.name} has no rows in the split ${split}`, "Name another split.");
  const { length } = dataset.passages;
  const most = Math.max(...evaluate.k);
  if (most > length)
    throw new ConfigError(
      "evaluate.k",
      `must be at most ${length}, the passages of ${dataset.name}, got ${most}`,
      "Ask for fewer.",
    );
}

type Needed = [key: string, split: SplitName];

/** A domain that no row has would be left out in silence. */
function checkDomains(key: string, domains: readonly string[], { name, card, rows }: Dataset): void {
  const field = card.domain;
  const known = field === undefined ? [] : [...new Set(rows.map((row) => row[field]))];
  for (const [i, domain] of domains.entries()) {
    if (known.includes(domain)) continue;
    const todo = known.length === 0 ? "Its card names no field of domains." : `It has ${known.join(", ")}.`;
    throw new ConfigError(`${key}.${i}`, `${name} has no domain \`${domain}\``, todo);
  }
}

function checkFields(key: string, fields: readonly string[], { name, queryFields }: Dataset): void {
  for (const [i, field] of fields.entries()) {
    if (queryFields.includes(field)) continue;
    const near = nearest(field, queryFields);
    const todo = near
      ? `The nearest is \`${near}\`.`
      : `It has ${queryFields.join(", ")}: say ${key}=[${queryFields[0]}], for example.`;
    throw new ConfigError(`${key}.${i}`, `${name} has no query field \`${field}\``, todo);
  }
}
