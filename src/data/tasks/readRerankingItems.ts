import { InputError } from "../../base/errors.ts";
import { textField, textListField } from "../fields.ts";
import { readRows } from "../readRows.ts";
import { type SourceRow, shown } from "../sourceRow.ts";

/**
 * The items of a reranking file: rows `{query, positive: [], negative: []}`, at least one of each.
 *
 * @returns what `evaluateReranking` takes
 * @throws {InputError} with file, line, field and value; and what `readRows` throws
 */
export async function readRerankingItems(
  path: string,
): Promise<{ query: string; positive: string[]; negative: string[] }[]> {
  const items: { query: string; positive: string[]; negative: string[] }[] = [];
  for await (const row of readRows(path))
    items.push({
      query: textField(row, "query"),
      positive: someTexts(row, "positive"),
      negative: someTexts(row, "negative"),
    });
  return items;
}

function someTexts(row: SourceRow, field: string): string[] {
  const texts = textListField(row, field);
  if (texts.length > 0) return texts;
  throw new InputError(
    row.where,
    `field \`${field}\` must hold at least one text, got ${shown(row.values[field])}`,
    "Mend or remove the line.",
  );
}
