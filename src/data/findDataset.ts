import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../base/errors.ts";
import { type Card, readCard } from "./card.ts";
import { guessCard } from "./guessCard.ts";

/** Datasets that come with the package: `datasets/NAME/card.json`. */
const registered = fileURLToPath(new URL("../../datasets/", import.meta.url));

/** A dataset's card and the file of its rows. */
export interface FoundDataset {
  card: Card;
  /** Undefined: the file has no card, and `card` was guessed. */
  cardPath?: string;
  /** The file of the rows; it may be missing. */
  path: string;
}

/**
 * Finds a dataset and reads its card.
 *
 * @param nameOrPath see `loadDataset`
 * @throws {InputError} no such dataset, a card that is missing or wrong, and what `guessCard` throws
 */
export async function findDataset(nameOrPath: string): Promise<FoundDataset> {
  const cardPath = await cardOf(nameOrPath);
  if (cardPath === undefined) return { card: await guessCard(nameOrPath), path: nameOrPath };
  const card = await readCard(cardPath);
  return { card, cardPath, path: join(dirname(cardPath), card.file) };
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
