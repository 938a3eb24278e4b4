/**
 * Share of a query's relevant documents that stand among the first k.
 *
 * @param ranked   ids, best first
 * @param relevant id -> grade; a grade of 0 is not relevant; at least one grade above 0
 * @see  the measures of trec_eval, https://github.com/usnistgov/trec_eval
 */
export function recallAtK<Id>(ranked: ArrayLike<Id>, relevant: ReadonlyMap<Id, number>, k: number): number {
  return hits(ranked, relevant, k) / countRelevant(relevant);
}

/** Share of relevant documents among the first k; a ranking shorter than k counts as k long. Arguments as `recallAtK`. */
export function precisionAtK<Id>(ranked: ArrayLike<Id>, relevant: ReadonlyMap<Id, number>, k: number): number {
  return hits(ranked, relevant, k) / k;
}

/** 1 when a relevant document stands among the first k (any of them), else 0. Arguments as `recallAtK`. */
export function hitAtK<Id>(ranked: ArrayLike<Id>, relevant: ReadonlyMap<Id, number>, k: number): number {
  return hits(ranked, relevant, k) > 0 ? 1 : 0;
}

/**
 * Average precision of the first k: the precision at each relevant document found, summed, over the number of all
 * relevant documents (as trec_eval's `map_cut`; sentence-transformers divides by at most k). Arguments as `recallAtK`.
 */
export function mapAtK<Id>(ranked: ArrayLike<Id>, relevant: ReadonlyMap<Id, number>, k: number): number {
  let found = 0;
  let sum = 0;
  for (let i = 0; i < Math.min(k, ranked.length); i++) if (grade(relevant, ranked[i]) > 0) sum += ++found / (i + 1);
  return sum / countRelevant(relevant);
}

/** 1 / rank of the first relevant document, or 0 when none stands among the first k. Arguments as `recallAtK`. */
export function mrrAtK<Id>(ranked: ArrayLike<Id>, relevant: ReadonlyMap<Id, number>, k: number): number {
  for (let i = 0; i < Math.min(k, ranked.length); i++) if (grade(relevant, ranked[i]) > 0) return 1 / (i + 1);
  return 0;
}

/**
 * Discounted gain of the first k over that of the best order: gain = grade, discount = log2(rank + 1), as in trec_eval.
 * Arguments as `recallAtK`.
 *
 * @see Järvelin & Kekäläinen 2002, doi:10.1145/582415.582418
 */
export function ndcgAtK<Id>(ranked: ArrayLike<Id>, relevant: ReadonlyMap<Id, number>, k: number): number {
  let gain = 0;
  for (let i = 0; i < Math.min(k, ranked.length); i++) gain += grade(relevant, ranked[i]) / Math.log2(i + 2);
  const best = [...relevant.values()].sort((a, b) => b - a).slice(0, k);
  return gain / best.reduce((sum, value, i) => sum + value / Math.log2(i + 2), 0);
}

function hits<Id>(ranked: ArrayLike<Id>, relevant: ReadonlyMap<Id, number>, k: number): number {
  let found = 0;
  for (let i = 0; i < Math.min(k, ranked.length); i++) if (grade(relevant, ranked[i]) > 0) found++;
  return found;
}

function countRelevant(relevant: ReadonlyMap<unknown, number>): number {
  let all = 0;
  for (const value of relevant.values()) if (value > 0) all++;
  return all;
}

function grade<Id>(relevant: ReadonlyMap<Id, number>, id: Id): number {
  return relevant.get(id) ?? 0;
}
