import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/openEngine.ts";
import { Bm25 } from "../search/bm25.ts";
import { cosineRows } from "../search/cosineRows.ts";
import type { Encoder } from "../search/encoder.ts";
import { hybridScores } from "../search/hybridScores.ts";
import { selectTop } from "../search/selectTop.ts";
import { topK } from "../search/topK.ts";
import { encodeChecked } from "./encodeChecked.ts";
import type { System } from "./system.ts";

/** What is searched for what. */
export interface RankInput {
  /** Q texts */
  queries: readonly string[];
  /** N texts */
  passages: readonly string[];
  /** K, at most N */
  k: number;
  onProgress?: OnProgress;
}

/**
 * The k best passages of each query among all passages, best first; among equal scores the smaller index comes first.
 *
 * @returns [Q * K] indices of passages
 * @throws  {InputError} a BM25 index of another number of passages, and what `encodeChecked` and `topK` throw
 */
export async function rank(system: System, input: RankInput): Promise<Int32Array> {
  if (system instanceof Bm25) return rankRows(lexicalRows(system, input), input);
  if ("embedder" in system) return rank(system.embedder, input);
  if ("encode" in system) {
    const { queries, passages, engine } = await encoded(system, input);
    return topK(engine, queries, passages, input.k).indices;
  }
  const { queries, passages, engine } = await encoded(system.dense, input);
  const lexical = lexicalRows(system.lexical, input);
  const rows = cosineRows(engine, queries, passages);
  return rankRows(hybridRows(rows, lexical, system.weight), input);
}

async function encoded(encoder: Encoder, { queries, passages, onProgress }: RankInput) {
  const engine: Engine = encoder.engine ?? (await openEngine());
  return {
    engine,
    passages: await encodeChecked(encoder, { who: "evaluate", what: "passages", texts: passages, onProgress }),
    queries: await encodeChecked(encoder, { who: "evaluate", what: "queries", texts: queries, onProgress }),
  };
}

function* lexicalRows(index: Bm25, { queries, passages }: RankInput): Generator<Float32Array> {
  if (index.size !== passages.length)
    throw new InputError(
      "evaluate",
      `the BM25 index must hold the ${passages.length} passages that are searched, it holds ${index.size} texts`,
      "Build it from the same passages in the same order.",
    );
  const scores = new Float32Array(index.size);
  for (const query of queries) yield index.scores(query, scores);
}

function* hybridRows(
  dense: Iterable<{ scores: Float32Array }>,
  lexical: Iterator<Float32Array>,
  weight: number,
): Generator<Float32Array> {
  for (const { scores } of dense) yield hybridScores(scores, lexical.next().value as Float32Array, weight);
}

function rankRows(rows: Iterable<Float32Array>, { queries, k }: RankInput): Int32Array {
  const indices = new Int32Array(queries.length * k);
  let at = 0;
  for (const scores of rows) {
    indices.set(selectTop(scores, k).indices, at);
    at += k;
  }
  return indices;
}
