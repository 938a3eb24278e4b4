import type { OnProgress } from "../base/progress.ts";
import type { Vectors } from "../base/vectors.ts";
import type { DatasetPart } from "../data/dataset.ts";
import { type Example, examplesFrom } from "../data/examplesFrom.ts";
import { cosine } from "../search/cosine.ts";
import type { Encoder } from "../search/encoder.ts";
import { topK } from "../search/topK.ts";
import { type ChoiceOptions, chooseNegatives, type DroppedCandidates } from "./chooseNegatives.ts";
import type { MinedQuery } from "./formatMined.ts";
import { type MiningPassage, type MiningPool, type MiningQuery, miningPool, type SameText } from "./miningPool.ts";
import { type MiningPrompts, type MiningVectors, miningVectors } from "./miningVectors.ts";
import { type MiningWindow, miningWindow } from "./miningWindow.ts";
import { noneDropped } from "./noneDropped.ts";
import { type Found, rescore, type Scorer } from "./rescore.ts";

/** Which negatives `mineHardNegatives` takes. */
export interface MineOptions extends ChoiceOptions, MiningPrompts {
  /** Negatives wanted for each example. Default 5, or as many as a smaller pool has. */
  perQuery?: number;
  /** Ranks [from, to) among the candidates that pass the filters; 0 = most similar. Default [10, 100], earlier in a small pool. */
  window?: MiningWindow["window"];
  /** More passages to choose from, besides the examples' positives. Never give those of another split. */
  passages?: readonly MiningPassage[];
  /** Which texts count as one. Default `normalized`; sentence-transformers' way is `exact`. */
  sameText?: SameText;
  /** Never take a passage of the example's own group (topic). Default false. */
  dropGroup?: boolean;
  /** A second opinion on the candidates and the positives: its scores replace the cosines, for ranks and filters. */
  scorer?: Scorer;
  /** Told while texts are encoded. */
  onProgress?: OnProgress;
  /** Told after every few queries that the scorer has scored. */
  onRescored?: OnProgress;
}

/** What became of the candidates. */
export interface MiningSummary extends DroppedCandidates {
  /** Negatives wanted: examples times perQuery. */
  asked: number;
  /** Negatives found. */
  found: number;
  /** Examples that got fewer than they asked for. */
  short: number;
  /** Distinct queries and distinct passages. */
  queries: number;
  passages: number;
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
  const { perQuery, window } = miningWindow(options, pool.texts.length);
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
    const ranked = scorer
      ? await rescore(nearest, { queries: chunk, textOf: (place) => pool.texts[place] }, scorer, report)
      : nearest;
    for (const [i, found] of ranked.entries()) {
      const query = chunk[i];
      const choice = { ...options, perQuery, window, number: from + i };
      const negatives = chooseNegatives(found, query, choice, summary).map(({ place, score }) => ({
        text: pool.texts[place],
        score,
      }));
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

function emptySummary(asked: number, { queries, texts }: MiningPool): MiningSummary {
  return {
    asked,
    found: 0,
    short: 0,
    queries: queries.length,
    passages: texts.length,
    ...noneDropped(),
  };
}
