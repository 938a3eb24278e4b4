import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import { Random } from "../base/random.ts";
import type { Vectors } from "../base/vectors.ts";
import type { DatasetPart } from "../data/dataset.ts";
import { type Example, examplesFrom } from "../data/examplesFrom.ts";
import { cosine } from "../search/cosine.ts";
import type { Encoder } from "../search/encoder.ts";
import { topK } from "../search/topK.ts";
import { type Candidate, type Dropped, filterCandidates, type NegativeFilters } from "./filterCandidates.ts";
import type { MinedQuery } from "./formatMined.ts";
import { type MiningPassage, type MiningPool, type MiningQuery, miningPool, type SameText } from "./miningPool.ts";
import { type MiningPrompts, type MiningVectors, miningVectors } from "./miningVectors.ts";
import { type Found, rescore, type Scorer } from "./rescore.ts";

/** Which negatives `mineHardNegatives` takes. */
export interface MineOptions extends NegativeFilters, MiningPrompts {
  /** Negatives wanted for each example. Default 5, or as many as a smaller pool has. */
  perQuery?: number;
  /** Ranks [from, to) among the candidates that pass the filters; 0 = most similar. Default [10, 100], earlier in a small pool. */
  window?: readonly [from: number, to: number];
  /** More passages to choose from, besides the examples' positives. Never give those of another split. */
  passages?: readonly MiningPassage[];
  /** Which texts count as one. Default `normalized`; sentence-transformers' way is `exact`. */
  sameText?: SameText;
  /** Never take a passage of the example's own group (topic). Default false. */
  dropGroup?: boolean;
  /** A second opinion on the candidates and the positives: its scores replace the cosines, for ranks and filters. */
  scorer?: Scorer;
  /** `top`: the most similar of the window; `random`: drawn from it. Default `top`. */
  sampling?: "top" | "random";
  /** Of the draws. Default 0. */
  seed?: number;
  /** Told while texts are encoded. */
  onProgress?: OnProgress;
  /** Told after every few queries that the scorer has scored. */
  onRescored?: OnProgress;
}

/** What became of the candidates. */
export interface MiningSummary extends Dropped {
  /** Negatives wanted: examples times perQuery. */
  asked: number;
  /** Negatives found. */
  found: number;
  /** Examples that got fewer than they asked for. */
  short: number;
  /** Distinct queries and distinct passages. */
  queries: number;
  passages: number;
  droppedByGroup: number;
}

/** The examples with their negatives; beside them a summary, and the same by query, which `formatMined` takes. */
export type MinedExamples = Example[] & { summary: MiningSummary; queries: MinedQuery[] };

/** Queries searched at once: bounds the memory of their candidates. */
const CHUNK = 16384;

/**
 * Finds hard negatives: passages that the model holds to be close to a query, though they do not answer it.
 *
 * For each query: the `to` nearest passages and as many more as it has positives; its positives (texts equal to one
 * after `normalizeText` too) and, where asked, its group leave; filters apply; the window is cut out of what is left.
 * The window, filters and their order are those of sentence-transformers' `mine_hard_negatives` and give the same rows;
 * but a scorer is asked even where no filter needs it.
 *
 * @param   source a model, or vectors in the order of `miningTexts`
 * @param   pairs  examples, or a split of a dataset: then all its query fields are paired with their passages
 * @returns the examples in their order, `neg` most similar first, `negScores` their cosines. One that finds fewer than
 *          asked keeps what there is; `summary` counts them. Same input and seed: same result.
 * @throws  {InputError} no examples, ids that no passage has or two have; a window that is empty, too small for
 *          `perQuery` or beyond the pool, more negatives wanted than the pool has; NaN in vectors or scores
 * @throws  {ShapeError} not one vector for each text, widths that differ
 * @see     https://sbert.net/docs/package_reference/util/hard_negatives.html
 */
export async function mineHardNegatives(
  source: Encoder | MiningVectors,
  pairs: readonly Example[] | DatasetPart,
  options: MineOptions = {},
): Promise<MinedExamples> {
  const examples = "queryFields" in pairs ? examplesFrom(pairs.rows, pairs.queryFields) : pairs;
  const { dropGroup = false, scorer } = options;
  const pool = miningPool(examples, options.passages ?? [], dropGroup, options.sameText);
  const perQuery = options.perQuery ?? Math.min(5, pool.texts.length);
  const window = options.window ?? defaultWindow(perQuery, pool.texts.length);
  checkWindow(perQuery, window, pool.texts.length);
  const excluded = pool.queries.reduce((most, { pairs, positives, siblings }) => {
    return Math.max(most, pairs, positives.size + siblings.size);
  }, 0);
  const k = Math.min(window[1] + excluded, pool.texts.length);
  const search = searcher(await miningVectors(source, pool, options), k);

  const mined = examples.map((example) => ({ ...example, neg: [] as string[], negScores: [] as number[] }));
  const queries: MinedQuery[] = [];
  const summary = emptySummary(examples.length * perQuery, pool);
  for (let from = 0; from < pool.queries.length; from += CHUNK) {
    const chunk = pool.queries.slice(from, from + CHUNK);
    const nearest = search(from, chunk);
    const report = (done: number): void =>
      options.onRescored?.({ done: from + done, total: pool.queries.length, note: "queries" });
    const ranked = scorer ? await rescore(nearest, chunk, pool, scorer, report) : nearest;
    for (const [i, found] of ranked.entries()) {
      const query = chunk[i];
      const negatives = choose(found, query, { ...options, perQuery, window }, { summary, at: from + i }).map(
        ({ place, score }) => ({ text: pool.texts[place], score }),
      );
      const positives = found.positives.map(({ score }, p) => ({ text: query.positiveTexts[p], score }));
      queries.push({ query: query.text, positives, negatives });
      for (const e of query.examples) {
        mined[e].neg = negatives.map(({ text }) => text);
        mined[e].negScores = negatives.map(({ score }) => score);
        summary.found += negatives.length;
        if (negatives.length < perQuery) summary.short++;
      }
    }
  }
  return Object.assign(mined, { summary, queries });
}

function searcher({ engine, queries, passages }: Required<MiningVectors>, k: number) {
  return (from: number, chunk: readonly MiningQuery[]): Found[] => {
    const { d } = queries;
    const part: Vectors = { data: queries.data.subarray(from * d, (from + chunk.length) * d), n: chunk.length, d };
    const { indices, scores } = topK(engine, part, passages, k);
    return chunk.map(({ positives }, q) => ({
      candidates: Array.from({ length: k }, (_, i) => ({ place: indices[q * k + i], score: scores[q * k + i] })),
      positives: Array.from(positives, (place) => ({ place, score: cosine(part, q, passages, place) })),
    }));
  };
}

function choose(
  { candidates, positives: scored }: Found,
  { positives, siblings }: MiningQuery,
  options: MineOptions & { perQuery: number; window: readonly [number, number] },
  { summary, at }: { summary: MiningSummary; at: number },
): Candidate[] {
  const { perQuery, window, sampling = "top", seed = 0 } = options;
  const others = candidates.filter(({ place }) => !positives.has(place));
  const strangers = others.filter(({ place }) => !siblings.has(place));
  const positiveScore = scored.reduce((least, { score }) => Math.min(least, score), Number.POSITIVE_INFINITY);
  summary.droppedByGroup += others.length - strangers.length;
  const inWindow = filterCandidates(strangers, positiveScore, options, summary).slice(window[0], window[1]);
  if (sampling === "top") return inWindow.slice(0, perQuery);
  // Each query draws for itself, so that the draws do not depend on how the queries are cut into pieces.
  const random = new Random(seed ^ Math.imul(at + 1, 0x9e3779b1));
  const order = random.sample([...inWindow.keys()], perQuery).sort((a, b) => a - b);
  return order.map((i) => inWindow[i]);
}

/** From rank 10, past what may answer the query unmarked; in a small pool as late as leaves `perQuery` ranks. */
function defaultWindow(perQuery: number, pool: number): readonly [number, number] {
  return [Math.max(0, Math.min(10, pool - 1 - perQuery)), Math.max(100, 10 + perQuery)];
}

function checkWindow(perQuery: number, [from, to]: readonly [number, number], pool: number): void {
  const fail = (problem: string, todo: string): never => {
    throw new InputError("mineHardNegatives", problem, todo);
  };
  if (!Number.isInteger(perQuery) || perQuery < 1)
    fail(`perQuery must be a whole number above 0, got ${perQuery}`, "Ask for at least one negative.");
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to <= from)
    fail(`window must be [from, to) with 0 <= from < to, got [${from}, ${to}]`, "Mend the window.");
  if (perQuery > to - from)
    fail(`window [${from}, ${to}] holds ${to - from} ranks, perQuery is ${perQuery}`, "Widen the window.");
  if (perQuery > pool)
    fail(`perQuery is ${perQuery}, the pool has ${pool} passages`, "Ask for fewer, or give more passages.");
  if (from >= pool)
    fail(`window starts at rank ${from}, the pool has ${pool} passages`, "Start earlier, or give more passages.");
}

function emptySummary(asked: number, { queries, texts }: MiningPool): MiningSummary {
  return {
    asked,
    found: 0,
    short: 0,
    queries: queries.length,
    passages: texts.length,
    droppedByGroup: 0,
    droppedByMargin: 0,
    droppedByRelativeMargin: 0,
    droppedByMaxScore: 0,
    droppedByMinScore: 0,
  };
}
