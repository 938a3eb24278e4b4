import type { Random } from "../base/random.ts";
import type { Example } from "../data/examplesFrom.ts";
import type { BatchLayout } from "../loss/lossOf.ts";

/** The texts of one step, each once, and who belongs to whom. */
export interface StepBatch {
  /** Different texts, to be encoded once each. */
  texts: string[];
  /** For each of Q queries its text. */
  queries: number[];
  /** For each of P different passages its text. */
  passages: number[];
  layout: BatchLayout;
}

/** How examples become a step. */
export interface StepBatchOptions {
  /** Passages that answer a query of the same group are no negatives. */
  maskGroup: boolean;
  /** At most so many passages of an example in a step; the rest wait for another epoch. Default: all. */
  positivesPerQuery?: number;
  /** Default: all. */
  negativesPerQuery?: number;
  /** Draws which. */
  random: Random;
}

/**
 * Lays out one step. A text that occurs more than once becomes one text, and is encoded once.
 *
 * A passage is never a negative of a query when it answers a query of the same text, when it is the query's own text,
 * or (with `maskGroup`) when it answers a query of the same group; only the last yields where the passage is listed as the
 * query's own negative.
 */
export function stepBatch(examples: readonly Example[], options: StepBatchOptions): StepBatch {
  const texts = new Ledger();
  const passages = new Ledger();
  const queries = examples.map((example) => texts.add(example.query));
  const some = (list: readonly string[], count: number | undefined): readonly string[] =>
    count === undefined || list.length <= count ? list : options.random.sample(list, count);
  const rowsOf = (list: readonly string[]): number[] => unique(list.map((text) => passages.add(text)));
  const positives = examples.map((example) => rowsOf(some(example.pos, options.positivesPerQuery)));
  const listed = examples.map((example) => rowsOf(some(example.neg, options.negativesPerQuery)));
  // A positive left out of this step still is no negative of its query.
  const answers = examples.map((example) => unique(example.pos.flatMap((text) => passages.find(text))));

  const byQuery = gather(queries, answers);
  const byGroup = gather(
    examples.map((example) => (options.maskGroup ? example.group : undefined)),
    answers,
  );
  const columns = passages.list.length;
  const ignore = new Uint8Array(examples.length * columns);
  examples.forEach((example, i) => {
    const mark = (rows: readonly number[] | undefined, value: 0 | 1): void => {
      for (const j of rows ?? []) ignore[i * columns + j] = value;
    };
    if (example.group !== undefined) mark(byGroup.get(example.group), 1);
    mark(listed[i], 0);
    mark(byQuery.get(queries[i]), 1);
    mark(passages.find(example.query), 1);
  });
  const negatives = listed.map((rows, i) => rows.filter((j) => ignore[i * columns + j] === 0));
  return {
    queries,
    passages: passages.list.map((text) => texts.add(text)),
    texts: texts.list,
    layout: { positives, negatives, ignore },
  };
}

/** All rows that belong to each key; an undefined key has none. */
function gather<K>(keys: readonly K[], rows: readonly (readonly number[])[]): Map<K, number[]> {
  const all = new Map<K, number[]>();
  keys.forEach((key, i) => {
    if (key !== undefined) all.set(key, [...(all.get(key) ?? []), ...rows[i]]);
  });
  return all;
}

const unique = (rows: readonly number[]): number[] => [...new Set(rows)];

/** Texts in order of first appearance. */
class Ledger {
  readonly list: string[] = [];
  private readonly places = new Map<string, number>();

  /** The text's place, a new one if it was not there. */
  add(text: string): number {
    const known = this.places.get(text);
    if (known !== undefined) return known;
    this.places.set(text, this.list.length);
    return this.list.push(text) - 1;
  }

  /** The text's place in a list of one, or nothing. */
  find(text: string): number[] {
    const known = this.places.get(text);
    return known === undefined ? [] : [known];
  }
}
