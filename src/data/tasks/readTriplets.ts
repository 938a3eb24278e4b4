import { textField } from "../fields.ts";
import { readRows } from "../readRows.ts";

/**
 * The triplets of a file: rows `{anchor, positive, negative}`.
 *
 * @returns what `tripletAccuracy` takes
 * @throws {InputError} with file, line, field and value; and what `readRows` throws
 */
export async function readTriplets(path: string): Promise<{ anchor: string; positive: string; negative: string }[]> {
  const triplets: { anchor: string; positive: string; negative: string }[] = [];
  for await (const row of readRows(path))
    triplets.push({
      anchor: textField(row, "anchor"),
      positive: textField(row, "positive"),
      negative: textField(row, "negative"),
    });
  return triplets;
}
