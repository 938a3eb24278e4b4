import { InputError } from "../base/errors.ts";
import type { Row } from "./dataset.ts";

/** One thing to learn from: a query, passages that answer it, and passages that do not. */
export interface Example {
  query: string;
  /** At least one. */
  pos: string[];
  /** Hard negatives; [] leaves it to the other passages of the batch. */
  neg: string[];
  /** The topic: passages of one group are not taken for sure negatives of each other. */
  group?: string;
  /** What kind of text it is, e.g. `berita`, where a file of pairs tells it. */
  domain?: string;
  /** Ids of `pos`, in the same order. */
  posIds?: string[];
  /** Scores of `neg` against the query, in the same order: cosines. */
  negScores?: number[];
}

/**
 * One example for each row and query field whose text is not empty, with the row's passage as its positive: all fields
 * of the first row, then of the second.
 *
 * @param fields query fields, e.g. `["query", "english"]`
 * @throws {InputError} when the rows have no such field
 */
export function examplesFrom(rows: readonly Row[], fields: readonly string[]): Example[] {
  for (const field of fields) {
    if (rows.length > 0 && rows[0][field] === undefined)
      throw new InputError(
        "examplesFrom",
        `rows have no field \`${field}\`, they have ${Object.keys(rows[0]).join(", ")}`,
        "Name fields of the dataset's card.",
      );
  }
  return rows.flatMap((row) =>
    fields
      .filter((field) => row[field] !== "")
      .map((field) => ({ query: row[field], pos: [row.passage], neg: [], group: row.group, posIds: [row.id] })),
  );
}
