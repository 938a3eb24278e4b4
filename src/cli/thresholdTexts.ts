import { eachText } from "./eachText.ts";
import type { MineCommandOptions } from "./mineJob.ts";

/**
 * The texts of `--pairs`, then those of `--passages`, equal ones too: of a text file its lines; of rows with `text` that;
 * of others the query, then what answers it.
 *
 * @throws {InputError} what reading throws
 */
export async function* thresholdTexts({ pairs, passages }: MineCommandOptions): AsyncGenerator<string> {
  if (/\.txt(\.gz)?$/.test(pairs)) yield* eachText(pairs, false);
  else yield* textsOfRows(pairs);
  if (passages !== undefined) yield* eachText(passages, false);
}

async function* textsOfRows(path: string): AsyncGenerator<string> {
  const [{ readRows }, { textField, textListField }] = await Promise.all([
    import("../data/readRows.ts"),
    import("../data/fields.ts"),
  ]);
  for await (const row of readRows(path)) {
    if ("text" in row.values) {
      yield textField(row, "text");
      continue;
    }
    yield textField(row, "query");
    for (const field of ["positive", "passage"]) if (field in row.values) yield textField(row, field);
    yield* textListField(row, "pos");
  }
}
