import { InputError } from "../base/errors.ts";

/** A text and its score against the query. */
export interface ScoredText {
  text: string;
  score: number;
}

/** What mining found for one query, however many examples ask it. */
export interface MinedQuery {
  query: string;
  /** Distinct, as they first come up in the examples. */
  positives: ScoredText[];
  /** Most similar first. */
  negatives: ScoredText[];
}

/** The forms that sentence-transformers' losses take, under its names. */
export const minedFormats = ["triplet", "n-tuple", "labeled-pair", "labeled-list"] as const;

/** One of `minedFormats`. */
export type MinedFormat = (typeof minedFormats)[number];

/** One row of training data; its fields in the order of sentence-transformers' columns. */
export type MinedRow = Record<string, string | number | string[] | number[]>;

/** Options of `formatMined`. */
export interface FormatOptions {
  format: MinedFormat;
  /** Of an n-tuple: queries with fewer are left out. */
  perQuery: number;
  /** With the scores: of a triplet and n-tuple as a field more, of the labelled forms in place of labels. Default false. */
  scores?: boolean;
}

/**
 * Mined queries as rows for training, the same rows in the same order as sentence-transformers' `mine_hard_negatives`:
 *
 * - `triplet`: `{query, positive, negative}`, one for each positive and negative of a query
 * - `n-tuple`: `{query, positive, negative_1, .., negative_n}`, one for each positive, of queries that found all n
 * - `labeled-pair`: `{query, document, label}`, the positives (1) of each query, then its negatives (0)
 * - `labeled-list`: `{query, documents, labels}`, one for each positive, with the query's negatives behind it
 *
 * @throws {InputError} an unknown format
 * @see https://sbert.net/docs/package_reference/util/hard_negatives.html
 */
export function* formatMined(queries: Iterable<MinedQuery>, options: FormatOptions): Generator<MinedRow> {
  if (!minedFormats.includes(options.format))
    throw new InputError("formatMined", `there is no format ${options.format}`, `Take ${minedFormats.join(", ")}.`);
  for (const query of queries) {
    if (options.format === "labeled-pair") yield* labeledPairs(query, options);
    else for (const positive of query.positives) yield* ofPositive(query, positive, options);
  }
}

function* ofPositive(
  { query, negatives }: MinedQuery,
  positive: ScoredText,
  { format, perQuery, scores }: FormatOptions,
): Generator<MinedRow> {
  const both = { query, positive: positive.text };
  if (format === "triplet") {
    for (const { text, score } of negatives)
      yield { ...both, negative: text, ...(scores && { scores: [positive.score, score] }) };
  } else if (format === "n-tuple") {
    if (negatives.length < perQuery) return;
    const fields = negatives.map(({ text }, i) => [`negative_${i + 1}`, text]);
    yield { ...both, ...Object.fromEntries(fields), ...(scores && { scores: scoresOf([positive, ...negatives]) }) };
  } else if (negatives.length > 0) {
    const all = [positive, ...negatives];
    const documents = all.map(({ text }) => text);
    yield {
      query,
      documents,
      ...(scores ? { scores: scoresOf(all) } : { labels: all.map((_, i) => Number(i === 0)) }),
    };
  }
}

function* labeledPairs({ query, positives, negatives }: MinedQuery, { scores }: FormatOptions): Generator<MinedRow> {
  for (const [label, all] of [
    [1, positives],
    [0, negatives],
  ] as const)
    for (const { text, score } of all) yield { query, document: text, ...(scores ? { score } : { label }) };
}

function scoresOf(all: readonly ScoredText[]): number[] {
  return all.map(({ score }) => score);
}
