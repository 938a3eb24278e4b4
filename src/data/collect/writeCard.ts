import { open, rename } from "node:fs/promises";
import type { Card } from "../card.ts";

/** Writes a card, whole or not at all. @throws {Error} what the disk says */
export async function writeCard(path: string, card: Card): Promise<void> {
  const beside = `${path}.${process.pid}.part`;
  const file = await open(beside, "w");
  try {
    await file.writeFile(`${JSON.stringify(card, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}
