import { InputError } from "../base/errors.ts";
import { exampleFields } from "./exampleFields.ts";
import type { Example } from "./examplesFrom.ts";
import { textField } from "./fields.ts";
import { isTraining } from "./isTraining.ts";
import { readRows } from "./readRows.ts";

/**
 * Training examples of a data file, streamed: rows `{query, positive}`, `{query, pos: [], neg: []}`, as in a dataset
 * `{query, passage, neg: []}`, or, as sentence-transformers has them, `{anchor, positive, negative}` and
 * `{query, positive, negative_1, ..}`; with `group`, and `domain` that is a text, where known. Rows whose `split` is
 * another than `train` are left out: what is made of them would train on what is measured.
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
    const group = textField(row, "group", "allow");
    yield { ...exampleFields(row), ...(group !== "" && { group }) };
  }
  if (examples === 0) throw new InputError(path, "no row has the split train", "Name a file with rows that train.");
}
