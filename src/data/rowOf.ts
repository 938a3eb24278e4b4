import { InputError } from "../base/errors.ts";
import type { Card } from "./card.ts";
import type { Row } from "./dataset.ts";
import { textField } from "./fields.ts";
import type { SourceRow } from "./sourceRow.ts";

/**
 * A row as its card describes it, with its group.
 *
 * @throws {InputError} with file, line, field and value, for a field that is not as the card says
 */
export function rowOf(source: SourceRow, card: Card): Row {
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
