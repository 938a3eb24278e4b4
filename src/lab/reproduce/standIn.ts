import type { Dataset } from "../../data/dataset.ts";
import type { SimilarityRow } from "../../data/readPoolRows.ts";
import type { RagPool } from "../../eval/protocol/paperRag.ts";

/** Texts of malay-mini that mean what its passage means, as the paper's rows hold a text in Malay, English and chat. */
const POSITIVES = ["paraphrase", "english", "queryColloquial"] as const;

/**
 * malay-mini in the form of the paper's similarity rows: the passage of each test row is the query; its paraphrase,
 * English rendering and colloquial question are the positives; the passages of the other splits are dealt out as
 * negatives, so that all of them stand in the pool.
 */
export function standInRows(malay: Dataset): SimilarityRow[] {
  const { rows } = malay.split().test;
  const ours = new Set(rows.map(({ id }) => id));
  const others = malay.passages.filter(({ id }) => !ours.has(id)).map(({ text }) => text);
  return rows.map((row, i) => ({
    id: row.id,
    query: row.passage,
    pos: POSITIVES.map((field) => row[field]),
    neg: others.filter((_, j) => j % rows.length === i),
    group: row.id,
    topic: row.group,
  }));
}

/** malay-mini in the form of the paper's RAG rows: the test rows' questions, each answered by its passage; all passages. */
export function standInQuestions(malay: Dataset): RagPool {
  const { rows } = malay.split().test;
  const asked = new Set(rows.map(({ id }) => id));
  return {
    rows: rows.map(({ id, query, passage, group }) => ({ id, question: query, context: passage, group })),
    others: malay.passages.filter(({ id }) => !asked.has(id)),
  };
}
