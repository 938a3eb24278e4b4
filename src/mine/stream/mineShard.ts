import { cosine } from "../../search/cosine.ts";
import type { Neighbours } from "../../search/topK.ts";
import { type ChoiceOptions, chooseNegatives, type DroppedCandidates } from "../chooseNegatives.ts";
import type { MiningQuery } from "../miningPool.ts";
import type { MiningWindow } from "../miningWindow.ts";
import { noneDropped } from "../noneDropped.ts";
import { type Found, rescore, type Scorer } from "../rescore.ts";
import type { DiskPool } from "./diskPool.ts";
import type { DiskVectors } from "./diskVectors.ts";

/** What one query found, in numbers. */
export interface ShardRow {
  /** Places of its negatives, most similar first, and their scores. */
  neg: number[];
  negScores: number[];
  /** Scores of its positives, in the order of the pool's. */
  posScores: number[];
}

/** The queries of a shard, in order, and the candidates that none of them took. */
export interface MinedShard {
  rows: ShardRow[];
  dropped: DroppedCandidates;
}

/** Queries that are in memory as objects, and are scored by one call: as many as `rescore` takes, with few candidates. */
const TOGETHER = 64;
const CANDIDATES = 8192;

/**
 * The negatives of a shard of queries out of their nearest rows.
 *
 * @param from    number of the shard's first query
 * @param nearest of the shard's queries
 * @param report  told the share of them that is done; what it throws ends the work
 */
export async function mineShard(
  from: number,
  nearest: Neighbours,
  { pool, vectors }: { pool: DiskPool; vectors: DiskVectors },
  options: ChoiceOptions & MiningWindow & { scorer?: Scorer; report: (share: number) => void },
): Promise<MinedShard> {
  const { scorer } = options;
  const count = nearest.indices.length / nearest.k;
  const dropped = noneDropped();
  const rows: ShardRow[] = [];
  const together = Math.max(1, Math.min(TOGETHER, Math.floor(CANDIDATES / nearest.k)));
  for (let at = 0; at < count; at += together) {
    const some = Array.from({ length: Math.min(together, count - at) }, (_, i) => at + i);
    const queries = some.map((i) => pool.query(from + i));
    const found = some.map((i, j) => foundOf(nearest, i, positiveScores(vectors, from + i, queries[j])));
    const ranked = scorer ? await rescore(found, { queries, textOf: heldTexts(pool) }, scorer) : found;
    for (const [j, one] of ranked.entries()) {
      const chosen = chooseNegatives(one, queries[j], { ...options, number: from + some[j] }, dropped);
      rows.push({
        neg: chosen.map(({ place }) => place),
        negScores: chosen.map(({ score }) => score),
        posScores: one.positives.map(({ score }) => score),
      });
    }
    options.report(rows.length / count);
  }
  return { rows, dropped };
}

/** The texts of a pool, each read once. */
function heldTexts(pool: DiskPool): (place: number) => string {
  const held = new Map<number, string>();
  return (place) => {
    const text = held.get(place) ?? pool.passage(place);
    held.set(place, text);
    return text;
  };
}

function foundOf({ indices, scores, k }: Neighbours, row: number, positives: Found["positives"]): Found {
  const candidates = Array.from({ length: k }, (_, i) => ({
    place: indices[row * k + i],
    score: scores[row * k + i],
  }));
  return { candidates, positives };
}

/** The cosines of a query's positives, whose vectors are read one by one. */
function positiveScores(
  { queries, passages }: DiskVectors,
  number: number,
  { positives }: MiningQuery,
): Found["positives"] {
  const query = queries.read(number, 1, new Float32Array(queries.d));
  const memory = new Float32Array(passages.d);
  return Array.from(positives, (place) => ({ place, score: cosine(query, 0, passages.read(place, 1, memory), 0) }));
}
