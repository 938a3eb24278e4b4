import { InputError } from "../base/errors.ts";
import type { Example } from "./examplesFrom.ts";
import { textField, textListField } from "./fields.ts";
import { isTraining } from "./isTraining.ts";
import { readRows } from "./readRows.ts";
import { type SourceRow, shown } from "./sourceRow.ts";

/**
 * Training examples of a data file, streamed: rows `{query, positive}`, `{query, pos: [], neg: []}`, as in a dataset
 * `{query, passage, neg: []}`, or, as sentence-transformers has them, `{anchor, positive, negative}` and
 * `{query, positive, negative_1, negative_2, ..}`; with `group` and `domain`
 * where known. Rows whose `split` is another than `train` are left out: what is
 * made of them would train on what is measured.
 *
 * @param leftOut told of each such row
 * @throws {InputError} with file, line, field and value, for a row without a query or a positive; and what `readRows` throws
 */
export async function* eachExample(path: string, leftOut: () => void = () => {}): AsyncGenerator<Example> {
  let examples = 0;
  for await (const row of readRows(path)) {
    if (!isTraining(row)) {
      leftOut();
      continue;
    }
    examples++;
    const query = textField(row, "anchor" in row.values ? "anchor" : "query");
    const one = ["positive", "pos", "passage"].find((field) => field in row.values) ?? "pos";
    const pos = one === "pos" ? textListField(row, "pos") : [textField(row, one)];
    if (pos.length === 0)
      throw new InputError(
        row.where,
        `a row must have a text \`positive\` or a list \`pos\`, got ${shown(row.values)}`,
        "Mend or remove the line.",
      );
    const [group, domain] = ["group", "domain"].map((field) => textField(row, field, "allow"));
    const labels = { ...(group !== "" && { group }), ...(domain !== "" && { domain }) };
    yield { query, pos, neg: negatives(row), ...labels };
  }
  if (examples === 0) throw new InputError(path, "no row has the split train", "Name a file with rows that train.");
}

/** Those of `neg`, `negative`, `negative_1` .., whichever a row has. */
function negatives(row: SourceRow): string[] {
  const fields = Object.keys(row.values).filter((field) => field === "neg" || /^negative(_\d+)?$/.test(field));
  return fields.flatMap((field) => textListField(row, field));
}
