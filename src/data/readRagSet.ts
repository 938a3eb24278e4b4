import { textField } from "./fields.ts";
import { readRows } from "./readRows.ts";
import { UniqueIds } from "./uniqueIds.ts";

/** Long documents, and questions whose answers stand in them. */
export interface RagRows {
  documents: { id: string; text: string }[];
  questions: { question: string; document: string; answer: string }[];
}

/**
 * Reads documents `{id, text}` and questions `{question, document, answer}`, where `document` is an id and `answer` a
 * part of its text.
 *
 * @param paths two files of rows, of any form that `readRows` reads
 * @throws {InputError} a row without one of its fields, a duplicate id, a file without rows
 */
export async function readRagSet(paths: { documents: string; questions: string }): Promise<RagRows> {
  const ids = new UniqueIds();
  const set: RagRows = { documents: [], questions: [] };
  for await (const row of readRows(paths.documents)) {
    const id = textField(row, "id");
    ids.add(id, row.where);
    set.documents.push({ id, text: textField(row, "text") });
  }
  for await (const row of readRows(paths.questions)) {
    const [question, document, answer] = ["question", "document", "answer"].map((name) => textField(row, name));
    set.questions.push({ question, document, answer });
  }
  return set;
}
