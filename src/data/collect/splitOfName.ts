import { basename, dirname } from "node:path";
import type { SplitName } from "../dataset.ts";

/** Words of a file's name that tell a split, as the Hub's datasets use them. */
const WORDS: readonly (readonly [SplitName, RegExp])[] = [
  ["train", /^(train|training)$/],
  ["dev", /^(dev|val|valid|validation)$/],
  ["test", /^(test|testing|eval|evaluation)$/],
];

/**
 * The split that a file's name tells by one of its words, e.g. `test-00000-of-00001.parquet`, else the name of its folder,
 * e.g. `test/0000.parquet`; undefined where these tell none, or more than one.
 */
export function splitOfName(path: string): SplitName | undefined {
  const told = splitsIn(basename(path).split(/[^\p{L}]+/u));
  // of a folder the whole name: many hold such a word
  const known = told.length === 0 ? splitsIn([basename(dirname(path))]) : told;
  return known.length === 1 ? known[0] : undefined;
}

function splitsIn(words: readonly string[]): SplitName[] {
  return WORDS.filter(([, known]) => words.some((word) => known.test(word.toLowerCase()))).map(([split]) => split);
}
