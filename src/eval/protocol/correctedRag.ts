import { comparableText } from "./comparableText.ts";
import { Families } from "./families.ts";
import type { RagPool } from "./paperRag.ts";
import type { Protocol } from "./protocol.ts";
import { checkRowIds, TextPool } from "./textPool.ts";

/**
 * The RAG task measured soundly: contexts that are equal to a reader are one document, and so are questions; a question
 * finds any context that answers it in some row.
 *
 * @throws {InputError} no rows, duplicate ids
 */
export function correctedRag({ rows, others = [] }: RagPool): Protocol {
  checkRowIds("correctedRag", rows);
  checkRowIds("correctedRag", [...rows, ...others]);
  const pool = new TextPool(comparableText);
  const families = new Families();
  const questions = new Map<string, { id: string; text: string; group: string; relevant: Map<number, number> }>();
  for (const { id, question, context, group } of rows) {
    const place = pool.add(context, id);
    families.add(group, [place]);
    const key = comparableText(question);
    const asked = questions.get(key) ?? { id, text: question, group, relevant: new Map() };
    questions.set(key, asked);
    asked.relevant.set(place, 1);
    if (asked.group !== group) families.add(asked.group, [place]);
  }
  for (const { id, text } of others) pool.add(text, id);
  const clusters = families.clusters();
  const merged = rows.length + others.length - pool.documents.length;
  return {
    kind: "corrected",
    documents: pool.documents,
    searches: [...questions.values()].map(({ group, ...search }) => {
      return { ...search, self: undefined, group: clusters.get(group) as string };
    }),
    ceiling: () => 1,
    notes: [
      `The pool is fixed: ${pool.documents.length} contexts, after ${merged} were merged with one that differs in case, ` +
        "punctuation, spaces or Unicode form only.",
      `${questions.size} distinct questions search, ${rows.length - questions.size} repeat one of them.`,
    ],
  };
}
