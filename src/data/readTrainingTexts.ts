import { InputError } from "../base/errors.ts";
import { readRows } from "./readRows.ts";

/** Fields of training rows that hold a text, or a list of texts. */
const FIELDS = ["text", "query", "positive", "pos", "neg", "passage", "question", "context"] as const;

/**
 * Every text that a training file shows a model: of its fields text, query, positive, pos, neg, passage, question and
 * context, texts and lists alike.
 *
 * @throws {InputError} a file without any of these, and what `readRows` throws
 */
export async function readTrainingTexts(path: string): Promise<string[]> {
  const texts = new Set<string>();
  for await (const { values } of readRows(path))
    for (const field of FIELDS)
      for (const value of [values[field]].flat())
        if (typeof value === "string" && value.trim() !== "") texts.add(value);
  if (texts.size === 0) throw new InputError(path, `no row has a text in ${FIELDS.join(", ")}`, "Rename its fields.");
  return [...texts];
}
