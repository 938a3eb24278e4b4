/** Which candidates may be negatives. */
export interface NegativeFilters {
  /** A negative scores at most the positive's score less this (absolute). */
  margin?: number;
  /** A negative scores at most the positive's score less this share of its magnitude. */
  relativeMargin?: number;
  /** Greatest score of a negative. */
  maxScore?: number;
  /** Least score of a negative. */
  minScore?: number;
}

/** How many candidates each filter took out, each after those before it. */
export interface Dropped {
  droppedByMargin: number;
  droppedByRelativeMargin: number;
  droppedByMaxScore: number;
  droppedByMinScore: number;
}

/** A passage of the pool and its score against the query. */
export interface Candidate {
  place: number;
  score: number;
}

/**
 * The candidates that pass every filter, in their order.
 *
 * @param positiveScore the least score of the query's positives: the margin must hold for all of them
 * @param dropped       counted up
 * @see de Souza P. Moreira et al. 2024 (NV-Retriever), arXiv:2407.15831, for the margins
 */
export function filterCandidates(
  candidates: readonly Candidate[],
  positiveScore: number,
  { margin, relativeMargin, maxScore, minScore }: NegativeFilters,
  dropped: Dropped,
): Candidate[] {
  const highest = relativeMargin === undefined ? 0 : positiveScore - Math.abs(positiveScore) * relativeMargin;
  return candidates.filter(({ score }) => {
    if (margin !== undefined && score + margin > positiveScore) dropped.droppedByMargin++;
    else if (relativeMargin !== undefined && score > highest) dropped.droppedByRelativeMargin++;
    else if (maxScore !== undefined && score > maxScore) dropped.droppedByMaxScore++;
    else if (minScore !== undefined && score < minScore) dropped.droppedByMinScore++;
    else return true;
    return false;
  });
}
