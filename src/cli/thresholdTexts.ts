import { eachText } from "./eachText.ts";
import type { MineCommandOptions } from "./mineJob.ts";

/**
 * The texts of `--pairs`, then those of `--passages`, equal ones too: of a text file its lines; of rows with `text` that;
 * of others the query, then what answers it. Rows whose `split` is another than `train` are left out.
 *
 * @param leftOut told of each such row
 * @throws {InputError} what reading throws
 */
export async function* thresholdTexts(
  { pairs, passages }: MineCommandOptions,
  leftOut: () => void,
): AsyncGenerator<string> {
  if (/\.txt(\.gz)?$/.test(pairs)) yield* eachText(pairs, false);
  else yield* textsOfRows(pairs, leftOut);
  if (passages !== undefined) yield* eachText(passages, false);
}

async function* textsOfRows(path: string, leftOut: () => void): AsyncGenerator<string> {
  const [{ readRows }, { textField, textListField }, { isTraining }] = await Promise.all([
    import("../data/readRows.ts"),
    import("../data/fields.ts"),
    import("../data/isTraining.ts"),
  ]);
  for await (const row of readRows(path)) {
    if (!isTraining(row)) {
      leftOut();
      continue;
    }
    if ("text" in row.values) {
      yield textField(row, "text");
      continue;
    }
    yield textField(row, "query");
    for (const field of ["positive", "passage"]) if (field in row.values) yield textField(row, field);
    yield* textListField(row, "pos");
  }
}
