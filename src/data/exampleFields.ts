import { InputError } from "../base/errors.ts";
import { textField, textListField } from "./fields.ts";
import { type SourceRow, shown } from "./sourceRow.ts";

/** What a row of pairs gives to learn from. */
export interface ExampleFields {
  query: string;
  /** At least one. */
  pos: string[];
  neg: string[];
  /** What kind of text it is, where `domain` tells it in words; a class label says nothing. */
  domain?: string;
}

/** Where the text that answers a query stands: the first there is. */
const POSITIVES = ["positive", "pos", "passage"];

/**
 * The texts of a row of pairs: the query of `query` or `anchor`; what answers it of `positive`, `pos` or `passage`; what
 * does not of `neg`, `negative`, `negative_1`, `negative_2` .., whichever it has, where an empty cell is none.
 *
 * @throws {InputError} with file, line, field and value, for a row without a query or a positive
 */
export function exampleFields(row: SourceRow): ExampleFields {
  const isAnchored = row.values.anchor !== undefined && ["", null, undefined].includes(row.values.query as null);
  const query = textField(row, isAnchored ? "anchor" : "query");
  const one = POSITIVES.find((field) => field in row.values) ?? "pos";
  const pos = one === "pos" ? textListField(row, "pos") : [textField(row, one)];
  if (pos.length === 0)
    throw new InputError(
      row.where,
      `a row must have a text \`positive\` or a list \`pos\`, got ${shown(row.values)}`,
      "Mend or remove the line.",
    );
  const fields = Object.keys(row.values).filter((field) => field === "neg" || /^negative(_\d+)?$/.test(field));
  const neg = fields.filter((field) => row.values[field] !== "").flatMap((field) => textListField(row, field));
  const { domain } = row.values;
  return { query, pos, neg, ...(typeof domain === "string" && domain !== "" && { domain }) };
}
