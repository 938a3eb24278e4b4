import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../base/errors.ts";
import { sha256File } from "../base/hash.ts";
import { type Card, readCard } from "./card.ts";
import { Dataset, type Row } from "./dataset.ts";
import { textField } from "./fields.ts";
import { guessCard } from "./guessCard.ts";
import { readRows } from "./readRows.ts";
import type { SourceRow } from "./sourceRow.ts";
import { splitGroups } from "./splitGroups.ts";
import { UniqueIds } from "./uniqueIds.ts";

/** Datasets that come with the package: `datasets/NAME/card.json`. */
const registered = fileURLToPath(new URL("../../datasets/", import.meta.url));

/**
 * Loads a dataset and checks every row at the door.
 *
 * @param nameOrPath a registered name (`malay-mini`), a folder with a `card.json`, a card, or a data file with fields
 *                   `id`, `passage` and queries (see `guessCard`)
 * @throws {InputError} another file than its card's sha256 tells, a bad row (with file, line, field and value),
 *                      a duplicate id, no rows
 */
export async function loadDataset(nameOrPath: string): Promise<Dataset> {
  const cardPath = await cardOf(nameOrPath);
  const card = cardPath === undefined ? await guessCard(nameOrPath) : await readCard(cardPath);
  const path = cardPath === undefined ? nameOrPath : join(dirname(cardPath), card.file);
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

/** The card's path, or nothing for a bare data file. */
async function cardOf(nameOrPath: string): Promise<string | undefined> {
  const isName = /^[\w-]+$/.test(nameOrPath);
  for (const path of isName ? [join(registered, nameOrPath), nameOrPath] : [nameOrPath]) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) return join(path, "card.json");
    if (found) return path.endsWith(".json") ? path : undefined;
  }
  throw new InputError(
    "loadDataset",
    `no dataset or file is called ${JSON.stringify(nameOrPath)}`,
    "Name `malay-mini`, a folder with a card.json, or a data file.",
  );
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

function rowOf(source: SourceRow, card: Card): Row {
  const row: Record<string, string> = {};
  for (const [name, field] of Object.entries(card.fields))
    row[name] = textField(source, name, field.optional ? "allow" : "refuse");
  const { field, pattern } = card.group;
  const group = pattern === undefined ? row[field] : new RegExp(pattern).exec(row[field])?.[1];
  if (!group)
    throw new InputError(
      source.where,
      `field \`${field}\` must ${pattern ? `match ${pattern}` : "name the row's group"}, got ${JSON.stringify(row[field])}`,
      "Mend or remove the line.",
    );
  return { ...row, id: row.id, passage: row.passage, group };
}
