import { stat } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { askedAndAnswering } from "./askedAndAnswering.ts";
import { loadDataset } from "./loadDataset.ts";
import { readRetrievalSet } from "./readRetrievalSet.ts";
import { retrievalSetDirs } from "./retrievalSetDirs.ts";

/**
 * What training must not have seen of a test set: the queries and passages of a dataset's test split; or, of a folder
 * that holds a retrieval set or folders of them, the queries and the documents that answer one.
 *
 * @param nameOrPath what `loadDataset` takes, or a folder of retrieval sets
 * @throws {InputError} a dataset without a test split, and what reading throws
 */
export async function readTestTexts(nameOrPath: string): Promise<string[]> {
  if (await holdsRetrievalSets(nameOrPath)) {
    const texts: string[] = [];
    for (const folder of await retrievalSetDirs(nameOrPath))
      texts.push(...askedAndAnswering(await readRetrievalSet(folder)));
    return texts;
  }
  const dataset = await loadDataset(nameOrPath);
  const { rows } = dataset.split().test;
  if (rows.length === 0)
    throw new InputError(dataset.name, "has no rows in the split test", "Deal them: npx sulam data split.");
  const texts = rows.flatMap((row) => [row.passage, ...dataset.queryFields.map((field) => row[field])]);
  return texts.filter((text) => text !== "");
}

/** A folder without a card is none of a dataset. */
async function holdsRetrievalSets(path: string): Promise<boolean> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  return isFolder && (await stat(join(path, "card.json")).catch(() => undefined)) === undefined;
}
