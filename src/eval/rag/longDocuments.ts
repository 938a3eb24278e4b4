import { InputError } from "../../base/errors.ts";
import type { Random } from "../../base/random.ts";
import type { RagDocument, RagQuestion, RagSet } from "./ragSet.ts";

/** What stands in a long document: a passage, and the question that it answers; "" when nobody asks for it. */
export interface DocumentPart {
  id: string;
  passage: string;
  question: string;
  /** Parts of different domains never share a document. */
  domain: string;
}

/**
 * Long documents made of short passages, for data that has no long ones: the passages of a domain in random order, so
 * many to a document, a blank line between two. The answer to a question is its passage.
 *
 * @param perDocument passages of a document, at least 1; the last of a domain has fewer
 * @throws {InputError} no parts, or perDocument below 1
 */
export function longDocuments(parts: readonly DocumentPart[], perDocument: number, random: Random): RagSet {
  if (parts.length === 0) throw new InputError("longDocuments", "there are no passages", "Give at least one.");
  if (!Number.isInteger(perDocument) || perDocument < 1)
    throw new InputError("longDocuments", `perDocument must be at least 1, got ${perDocument}`, "Mend the setting.");
  const documents: RagDocument[] = [];
  const questions: RagQuestion[] = [];
  for (const domain of new Set(parts.map((part) => part.domain))) {
    const own = random.shuffle(parts.filter((part) => part.domain === domain));
    for (let from = 0; from < own.length; from += perDocument) {
      const group = own.slice(from, from + perDocument);
      const id = `${domain}-${from / perDocument + 1}`;
      documents.push({ id, text: group.map(({ passage }) => passage).join("\n\n") });
      for (const { question, passage } of group)
        if (question !== "") questions.push({ question, document: id, answer: passage });
    }
  }
  return { documents, questions };
}
