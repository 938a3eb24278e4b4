import { stat } from "node:fs/promises";
import { findDataset } from "./findDataset.ts";
import { isTraining } from "./isTraining.ts";
import { rowOf } from "./rowOf.ts";
import type { SourceRow } from "./sourceRow.ts";
import { splitOf } from "./splitOf.ts";

/** The rows of a file that may train. */
export interface TrainingRows {
  path: string;
  /** Fields that hold texts, beside those that `trainingTexts` knows. */
  fields: string[];
  /** @throws {InputError} a row that is not as the dataset's card says, or with a `split` that is no text */
  trains: (row: SourceRow) => boolean;
}

/**
 * Where training rows stand: in a data file, all that name no `split`, or train; in a dataset, those on its training side.
 *
 * @param nameOrPath a data file, or a dataset's name, folder or card
 * @throws {InputError} what `findDataset` throws
 */
export async function trainingRows(nameOrPath: string): Promise<TrainingRows> {
  const isFile = (await stat(nameOrPath).catch(() => undefined))?.isFile() === true;
  if (isFile && !nameOrPath.endsWith(".json")) return { path: nameOrPath, fields: [], trains: isTraining };
  const { card, path } = await findDataset(nameOrPath);
  const fields = Object.keys(card.fields).filter((field) => card.fields[field].role === "query");
  return { path, fields, trains: (row) => splitOf(card, rowOf(row, card)) === "train" };
}
