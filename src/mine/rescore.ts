import { InputError } from "../base/errors.ts";
import type { Candidate } from "./filterCandidates.ts";

/** A query and a passage that may answer it. */
export interface ScoredPair {
  query: string;
  passage: string;
}

/** A second opinion, such as a cross-encoder's: one number for each pair, greater for a better answer. */
export type Scorer = (pairs: readonly ScoredPair[]) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** A query's nearest passages, best first, and its positives, each with its score. */
export interface Found {
  candidates: Candidate[];
  positives: Candidate[];
}

/** The texts that a scorer reads. */
export interface ScoredTexts {
  /** One for each of the queries found. */
  queries: readonly { text: string }[];
  /** The passage at a place of the pool. */
  textOf: (place: number) => string;
}

/** Queries whose pairs are scored by one call. */
const TOGETHER = 64;

/**
 * The same candidates and positives under a scorer's scores, again best first, ties by place. A pair is scored once.
 *
 * @param  onScored told how many of `queries` are done
 * @throws {InputError} a scorer that gives another number of scores than pairs, or NaN
 */
export async function rescore(
  found: readonly Found[],
  { queries, textOf }: ScoredTexts,
  scorer: Scorer,
  onScored: (queries: number) => void = () => {},
): Promise<Found[]> {
  const rescored: Found[] = [];
  for (let from = 0; from < found.length; from += TOGETHER) {
    const part = found.slice(from, from + TOGETHER);
    const places = part.map(({ candidates, positives }) => [
      ...new Set([...candidates, ...positives].map(({ place }) => place)),
    ]);
    const pairs = places.flatMap((all, i) =>
      all.map((place) => ({ query: queries[from + i].text, passage: textOf(place) })),
    );
    const scores = check(await scorer(pairs), pairs);
    let at = 0;
    for (const [i, { candidates, positives }] of part.entries()) {
      const scoreOf = new Map(places[i].map((place) => [place, scores[at++]]));
      const again = ({ place }: Candidate): Candidate => ({ place, score: scoreOf.get(place)! });
      rescored.push({
        candidates: candidates.map(again).sort((a, b) => b.score - a.score || a.place - b.place),
        positives: positives.map(again),
      });
    }
    onScored(rescored.length);
  }
  return rescored;
}

function check(scores: ArrayLike<number>, pairs: readonly ScoredPair[]): ArrayLike<number> {
  if (scores.length !== pairs.length)
    throw new InputError(
      "mineHardNegatives",
      `the scorer must give one score for each of ${pairs.length} pairs, got ${scores.length}`,
      "Mend the scorer.",
    );
  for (let i = 0; i < pairs.length; i++)
    if (typeof scores[i] !== "number" || Number.isNaN(scores[i]))
      throw new InputError(
        "mineHardNegatives",
        `the scorer gave ${scores[i]} for ${JSON.stringify(pairs[i])}`,
        "Each score must be a number.",
      );
  return scores;
}
