import { InputError } from "../../base/errors.ts";
import { sha256File } from "../../base/hash.ts";
import type { Card } from "../card.ts";
import { findDataset } from "../findDataset.ts";
import { readRows } from "../readRows.ts";
import { rowOf } from "../rowOf.ts";
import { TextCounter } from "./textCounter.ts";
import { writeCard } from "./writeCard.ts";

/** What a person may say anew. */
export type CardWords = Partial<Pick<Card, "name" | "summary" | "licence" | "source">>;

/**
 * Counts a dataset's rows, languages and lengths anew and rewrites its card with them and with new words.
 *
 * @param nameOrPath see `loadDataset`; it must have a card
 * @throws {InputError} a file without a card, a row that is not as the card says; {Error} what the disk says
 */
export async function refreshCard(nameOrPath: string, words: CardWords): Promise<Card> {
  const { card, cardPath, path } = await findDataset(nameOrPath);
  if (cardPath === undefined)
    throw new InputError(nameOrPath, "has no card", "Make a dataset of it: npx sulam data import.");
  const counter = new TextCounter();
  const groups = new Set<string>();
  const queryFields = Object.keys(card.fields).filter((field) => card.fields[field].role === "query");
  let rows = 0;
  for await (const source of readRows(path)) {
    const row = rowOf(source, card);
    rows++;
    groups.add(row.group);
    counter.add("passage", row.passage);
    for (const field of queryFields) if (row[field] !== "") counter.add(field, row[field]);
  }
  const collection = { ...card.collection, ...counter.facts(), groups: groups.size };
  const written: Card = { ...card, ...words, rows, sha256: await sha256File(path), collection };
  await writeCard(cardPath, written);
  return written;
}
