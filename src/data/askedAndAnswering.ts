import type { RetrievalSet } from "./readRetrievalSet.ts";

/** The texts of a retrieval set that training must not have seen: its queries, and the documents that answer one. */
export function askedAndAnswering({ corpus, queries, qrels }: RetrievalSet): string[] {
  const answers = new Set(
    [...qrels.values()].flatMap((grades) => [...grades].flatMap(([id, g]) => (g > 0 ? [id] : []))),
  );
  return [...queries, ...corpus.filter(({ id }) => answers.has(id))].map(({ text }) => text);
}
