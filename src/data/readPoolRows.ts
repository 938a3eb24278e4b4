import { InputError } from "../base/errors.ts";
import { textField } from "./fields.ts";
import { readRows } from "./readRows.ts";
import { type SourceRow, shown } from "./sourceRow.ts";
import { UniqueIds } from "./uniqueIds.ts";

/** A row of the paper's similarity task: a text, texts that mean the same, and others. Texts are trimmed, none empty. */
export interface SimilarityRow {
  id: string;
  query: string;
  pos: string[];
  neg: string[];
  /** Rows of one group mean the same; without a name of its own a row is its own group. */
  group: string;
  /** Rows of one topic differ in meaning, but are not independent: intervals draw them together. Default: the group. */
  topic?: string;
}

/** A row of the paper's RAG task: a question and the text that answers it. Both are trimmed, none empty. */
export interface QuestionRow {
  id: string;
  question: string;
  context: string;
  /** Rows of one group are not independent: intervals draw them together. */
  group: string;
}

/**
 * Reads the pool of a similarity task: rows `{query, pos: [], neg: [], id?, group?, topic?}`, the form in which the paper's
 * authors keep theirs. Empty texts among `pos` and `neg` are left out, and rows whose query is empty, as they do.
 *
 * @returns the rows, in file order; a row without an id is named by its place, 1 for the first
 * @throws {InputError} a row without query or lists of texts, a duplicate id, a file without rows, or one that holds
 *                      bare texts, from which nobody can tell which belong together
 */
export async function readSimilarityRows(path: string): Promise<SimilarityRow[]> {
  return read(path, (row, id) => {
    if (row.values.query === undefined && row.values.text !== undefined)
      throw new InputError(
        row.where,
        "the row is a bare text: which texts are queries, positives and negatives is lost",
        "Give rows {query, pos: [], neg: []}.",
      );
    const query = textField(row, "query", "allow").trim();
    const texts = { pos: textsOf(row, "pos"), neg: textsOf(row, "neg") };
    const topic = textField(row, "topic", "allow") || undefined;
    return query === "" ? undefined : { id, query, ...texts, group: groupOf(row, id), topic };
  });
}

/**
 * Reads the pool of a RAG task: rows `{question, context, id?, group?}`. Rows whose question is empty are left out, as
 * the paper's authors do.
 *
 * @returns as `readSimilarityRows`
 * @throws {InputError} a row without an answering text, a duplicate id, a file without rows
 */
export async function readQuestionRows(path: string): Promise<QuestionRow[]> {
  return read(path, (row, id) => {
    if (row.values.question === undefined)
      throw new InputError(
        row.where,
        `a row must have a text \`question\`, got ${shown(row.values)}`,
        "Give rows {question, context}.",
      );
    const question = textField(row, "question", "allow").trim();
    const context = textField(row, "context").trim();
    return question === "" ? undefined : { id, question, context, group: groupOf(row, id) };
  });
}

async function read<Row>(path: string, rowOf: (row: SourceRow, id: string) => Row | undefined): Promise<Row[]> {
  const rows: Row[] = [];
  const ids = new UniqueIds();
  let place = 0;
  for await (const source of readRows(path)) {
    place++;
    const id = textField(source, "id", "allow") || `${place}`;
    ids.add(id, source.where);
    const row = rowOf(source, id);
    if (row !== undefined) rows.push(row);
  }
  if (rows.length === 0) throw new InputError(path, "has no row with a query", "Name a file with at least one.");
  return rows;
}

function groupOf(row: SourceRow, id: string): string {
  return textField(row, "group", "allow") || id;
}

function textsOf(row: SourceRow, field: string): string[] {
  const value = row.values[field] ?? [];
  if (!Array.isArray(value) || value.some((text) => typeof text !== "string"))
    throw new InputError(
      row.where,
      `field \`${field}\` must be a list of texts, got ${shown(value)}`,
      "Mend or remove the line.",
    );
  return value.map((text: string) => text.trim()).filter((text) => text !== "");
}
