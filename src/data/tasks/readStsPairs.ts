import { numberField, textField } from "../fields.ts";
import { readRows } from "../readRows.ts";

/**
 * The pairs of an STS file: rows `{sentence1, sentence2, score}`, the Hub's usual columns; scores on any scale.
 *
 * @returns what `evaluateSts` takes
 * @throws {InputError} with file, line, field and value; and what `readRows` throws
 */
export async function readStsPairs(path: string): Promise<{ first: string; second: string; score: number }[]> {
  const pairs: { first: string; second: string; score: number }[] = [];
  for await (const row of readRows(path))
    pairs.push({
      first: textField(row, "sentence1"),
      second: textField(row, "sentence2"),
      score: numberField(row, "score"),
    });
  return pairs;
}
