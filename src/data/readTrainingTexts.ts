import { InputError } from "../base/errors.ts";
import { readRows } from "./readRows.ts";

/** Fields of training rows that hold a text, or a list of texts; and `negative_1`, `negative_2` .. of n-tuples. */
const FIELDS: readonly string[] = [
  ...["text", "query", "positive", "pos", "neg", "passage", "question", "context"],
  // the forms of sentence-transformers
  ...["anchor", "negative", "document", "documents", "sentence1", "sentence2"],
];

/**
 * Every text that a training file shows a model: of its fields text, query, positive, pos, neg, passage, question,
 * context, anchor, negative (negative_1 ..), document, documents, sentence1 and sentence2, texts and lists alike.
 *
 * @throws {InputError} a file without any of these, and what `readRows` throws
 */
export async function readTrainingTexts(path: string): Promise<string[]> {
  const texts = new Set<string>();
  for await (const { values } of readRows(path))
    for (const [field, given] of Object.entries(values)) {
      if (!FIELDS.includes(field.replace(/_\d+$/, ""))) continue;
      for (const value of [given].flat()) if (typeof value === "string" && value.trim() !== "") texts.add(value);
    }
  if (texts.size === 0) throw new InputError(path, `no row has a text in ${FIELDS.join(", ")}`, "Rename its fields.");
  return [...texts];
}
