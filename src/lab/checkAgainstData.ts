import { ConfigError } from "../base/errors.ts";
import type { Experiment, SplitName } from "../config/experiment.ts";
import { nearest } from "../config/nearest.ts";
import type { Dataset } from "../data/dataset.ts";

/**
 * What only the data can tell, before any work is done: fields that its rows do not have, splits without rows, a k
 * beyond the number of passages.
 *
 * @throws {ConfigError} names the key, what came and what there is
 */
export function checkAgainstData({ data, systems, evaluate }: Experiment, dataset: Dataset): void {
  const trains = Object.values(systems).some(({ kind }) => kind === "finetune");
  const tunes = Object.values(systems).some((system) => system.kind === "hybrid" && system.weight === "dev");
  if (trains) checkFields("data.trainFields", data.trainFields, dataset);
  checkFields("evaluate.fields", evaluate.fields, dataset);
  const splits = dataset.split();
  const needed: [key: string, split: SplitName][] = [["evaluate.split", evaluate.split]];
  if (trains) needed.push(...data.trainSplits.map((split): [string, SplitName] => ["data.trainSplits", split]));
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

function checkFields(key: string, fields: readonly string[], { name, queryFields }: Dataset): void {
  for (const [i, field] of fields.entries()) {
    if (queryFields.includes(field)) continue;
    const near = nearest(field, queryFields);
    const todo = near ? `The nearest is \`${near}\`.` : `It has ${queryFields.join(", ")}.`;
    throw new ConfigError(`${key}.${i}`, `${name} has no query field \`${field}\``, todo);
  }
}
