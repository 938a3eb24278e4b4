import { Random } from "../base/random.ts";
import { type Candidate, type Dropped, filterCandidates, type NegativeFilters } from "./filterCandidates.ts";
import type { MiningQuery } from "./miningPool.ts";
import type { MiningWindow } from "./miningWindow.ts";
import type { Found } from "./rescore.ts";

/** How negatives are chosen among the candidates that the search found. */
export interface ChoiceOptions extends NegativeFilters {
  /** `top`: the most similar of the window; `random`: drawn from it. Default `top`. */
  sampling?: "top" | "random";
  /** Of the draws. Default 0. */
  seed?: number;
}

/** Candidates that were taken out, and why. */
export interface DroppedCandidates extends Dropped {
  droppedByGroup: number;
}

/**
 * The negatives of one query: its positives and siblings leave the candidates, filters apply, the window is cut out of
 * what is left.
 *
 * @param found   candidates and positives under the scores that count
 * @param options with the query's number: each draws for itself, whatever is mined together with it
 * @param dropped counted up
 */
export function chooseNegatives(
  { candidates, positives: scored }: Found,
  { positives, siblings }: Pick<MiningQuery, "positives" | "siblings">,
  options: ChoiceOptions & MiningWindow & { number: number },
  dropped: DroppedCandidates,
): Candidate[] {
  const { perQuery, window, sampling = "top", seed = 0, number } = options;
  const others = candidates.filter(({ place }) => !positives.has(place));
  const strangers = others.filter(({ place }) => !siblings.has(place));
  const positiveScore = scored.reduce((least, { score }) => Math.min(least, score), Number.POSITIVE_INFINITY);
  dropped.droppedByGroup += others.length - strangers.length;
  const inWindow = filterCandidates(strangers, positiveScore, options, dropped).slice(window[0], window[1]);
  if (sampling === "top") return inWindow.slice(0, perQuery);
  const random = new Random(seed ^ Math.imul(number + 1, 0x9e3779b1));
  const order = random.sample([...inWindow.keys()], perQuery).sort((a, b) => a - b);
  return order.map((i) => inWindow[i]);
}
