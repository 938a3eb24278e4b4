import { InputError } from "../base/errors.ts";
import { sha256File } from "../base/hash.ts";
import type { Card } from "./card.ts";
import { Dataset, type Row } from "./dataset.ts";
import { findDataset } from "./findDataset.ts";
import { readRows } from "./readRows.ts";
import { rowOf } from "./rowOf.ts";
import { splitGroups } from "./splitGroups.ts";
import { UniqueIds } from "./uniqueIds.ts";

/**
 * Loads a dataset and checks every row at the door.
 *
 * @param nameOrPath a registered name (`malay-mini`), a folder with a `card.json`, a card, or a data file with fields
 *                   `id`, `passage` and queries (see `guessCard`)
 * @throws {InputError} another file than its card's sha256 tells, a bad row (with file, line, field and value),
 *                      a duplicate id, no rows
 */
export async function loadDataset(nameOrPath: string): Promise<Dataset> {
  const { card, cardPath, path } = await findDataset(nameOrPath);
  if (cardPath !== undefined) await checkHash(path, card);

  const rows: Row[] = [];
  const ids = new UniqueIds();
  for await (const source of readRows(path)) {
    const row = rowOf(source, card);
    ids.add(row.id, source.where);
    rows.push(row);
  }
  if (rows.length !== card.rows)
    throw new InputError(path, `has ${rows.length} rows, its card says ${card.rows}`, "Mend the card or the file.");
  return new Dataset(card, rows, splitGroups(card, rows));
}

async function checkHash(path: string, card: Card): Promise<void> {
  const found = await sha256File(path).catch((cause) => {
    throw new InputError(path, `cannot be read (${(cause as Error).message})`, "Mend `file` in the card.", { cause });
  });
  if (found === card.sha256) return;
  throw new InputError(
    path,
    `its sha256 is ${found}, its card says ${card.sha256}`,
    "The file was changed or damaged: restore it, or update the card.",
  );
}
