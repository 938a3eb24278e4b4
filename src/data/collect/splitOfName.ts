import { basename } from "node:path";
import type { SplitName } from "../dataset.ts";

/** Words of a file's name that tell a split, as the Hub's datasets use them. */
const WORDS: readonly (readonly [SplitName, RegExp])[] = [
  ["train", /^(train|training)$/],
  ["dev", /^(dev|val|valid|validation)$/],
  ["test", /^(test|testing|eval|evaluation)$/],
];

/**
 * The split that a file's name tells by one of its words, e.g. `test-00000-of-00001.parquet`; undefined where it tells
 * none, or more than one.
 */
export function splitOfName(path: string): SplitName | undefined {
  const words = basename(path)
    .toLowerCase()
    .split(/[^\p{L}]+/u);
  const told = WORDS.filter(([, known]) => words.some((word) => known.test(word)));
  return told.length === 1 ? told[0][0] : undefined;
}
