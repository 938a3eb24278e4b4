import { InputError } from "../base/errors.ts";
import { openEngine } from "../engine/openEngine.ts";
import { Bm25 } from "../search/bm25.ts";
import { cosineRows } from "../search/cosineRows.ts";
import type { Encoder } from "../search/encoder.ts";
import { hybridScores } from "../search/hybridScores.ts";
import { selectTop } from "../search/selectTop.ts";
import { snippet } from "./snippet.ts";
import type { IndexModel, Passage, TextIndex } from "./textIndex.ts";

/** A passage that was found. */
export interface Hit extends Passage {
  /** 1 for the best. */
  rank: number;
  /** Cosine, or the hybrid's score. */
  score: number;
  /** Its part that shares most words with the query. */
  snippet: string;
}

/** How to search. */
export interface SearchRequest {
  query: string;
  /** Passages wanted; fewer come when the index has fewer. */
  k: number;
  /** Weight of BM25 beside the cosine, see `hybridScores`; 0: the cosine alone. */
  lexicalWeight: number;
  /** The model that encodes the query; it must be the one that made the index. */
  model: IndexModel;
  encoder: Encoder;
}

/**
 * The passages nearest to a query, all compared; ties by place in the index.
 *
 * @throws {InputError} an index made by another model, an empty query, k below 1
 */
export async function searchIndex(index: TextIndex, request: SearchRequest): Promise<Hit[]> {
  const { query, k, lexicalWeight, model, encoder } = request;
  const made = index.manifest.model;
  if (made.identity !== model.identity)
    throw new InputError(
      "search",
      `the index was made with other weights or settings of a model (${made.name}) than ${model.name} has`,
      "Search with that model, or build the index anew: sulam index --rebuild.",
    );
  if (query.trim() === "") throw new InputError("search", "the query is empty", "Write what you look for.");
  if (!Number.isInteger(k) || k < 1)
    throw new InputError("search", `k must be a whole number of at least 1, got ${k}`, "Ask for one or more.");
  const { passages, vectors } = index;
  if (passages.length === 0) return [];
  const engine = encoder.engine ?? (await openEngine());
  const [{ scores: dense }] = cosineRows(engine, await encoder.encode([query]), vectors);
  const texts = (): string[] => passages.map(({ text }) => text);
  const scores = lexicalWeight === 0 ? dense : hybridScores(dense, new Bm25(texts()).scores(query), lexicalWeight);
  const top = selectTop(scores, k);
  return Array.from(top.indices, (row, i) => ({
    rank: i + 1,
    score: top.scores[i],
    ...passages[row],
    snippet: snippet(passages[row].text, query),
  }));
}
