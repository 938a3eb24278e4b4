import { textField } from "../fields.ts";
import { readRows } from "../readRows.ts";

/**
 * The two sides of a bitext file: rows `{sentence1, sentence2}`, each the other's translation.
 *
 * @returns what `bitextAccuracy` takes
 * @throws {InputError} with file, line, field and value; and what `readRows` throws
 */
export async function readBitext(path: string): Promise<{ source: string[]; target: string[] }> {
  const sides: { source: string[]; target: string[] } = { source: [], target: [] };
  for await (const row of readRows(path)) {
    sides.source.push(textField(row, "sentence1"));
    sides.target.push(textField(row, "sentence2"));
  }
  return sides;
}
