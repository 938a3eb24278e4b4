import type { QuestionRow } from "../../data/readPoolRows.ts";
import { paperCeiling } from "./paperCeiling.ts";
import type { Protocol } from "./protocol.ts";
import { checkRowIds } from "./textPool.ts";

/** Rows that ask, and contexts that only stand in the pool (the original has none of these). */
export interface RagPool {
  rows: readonly QuestionRow[];
  others?: readonly { id: string; text: string }[];
}

/**
 * The RAG protocol of the notebooks behind arXiv 2402.03053, exactly: question i must find context i among the contexts
 * of all rows, by its number. A context that stands there twice is two documents, and only one of them counts.
 *
 * @throws {InputError} no rows, duplicate ids
 * @see mesolitica/embedding-benchmarks lom.agc.gov.my/*.ipynb, crossref-melayu-doi/*.ipynb
 */
export function paperRag({ rows, others = [] }: RagPool): Protocol {
  const documents = [...rows.map(({ id, context }) => ({ id, text: context })), ...others];
  checkRowIds("paperRag", rows);
  checkRowIds("paperRag", documents);
  const copies = new Map<string, number>();
  for (const { text } of documents) copies.set(text, (copies.get(text) ?? 0) + 1);
  const rivals = rows.map(({ context }) => copies.get(context) as number);
  const repeated = documents.length - copies.size;
  return {
    kind: "paper",
    documents,
    searches: rows.map(({ id, question, group }, i) => {
      return { id, text: question, self: undefined, relevant: new Map([[i, 1]]), group };
    }),
    ceiling: (k) => paperCeiling(rivals, k),
    notes: [
      `${rows.length} questions search ${documents.length} contexts, ${repeated} of which repeat an earlier one: finding ` +
        "the other copy is a miss.",
      "Equal scores: the original's order is arbitrary (argsort, reversed); here the context that came first stands first.",
    ],
  };
}
