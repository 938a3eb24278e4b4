import { InputError } from "../base/errors.ts";
import { readRows } from "./readRows.ts";
import { TRAINING_FIELDS, trainingTexts } from "./trainingTexts.ts";

/**
 * Every text that a training file shows a model: of its fields text, query, positive, pos, neg, passage, question,
 * context, anchor, negative (negative_1 ..), document, documents, sentence1 and sentence2, texts and lists alike.
 *
 * @throws {InputError} a file without any of these, and what `readRows` throws
 */
export async function readTrainingTexts(path: string): Promise<string[]> {
  const texts = new Set<string>();
  for await (const { values } of readRows(path)) for (const text of trainingTexts(values)) texts.add(text);
  if (texts.size === 0)
    throw new InputError(path, `no row has a text in ${TRAINING_FIELDS.join(", ")}`, "Rename its fields.");
  return [...texts];
}
