import type { RetrievalSet } from "../data/readRetrievalSet.ts";
import type { Measured } from "./measured.ts";
import { measuredMeans } from "./measuredMeans.ts";
import { type RetrievalOptions, scoreRetrieval } from "./scoreRetrieval.ts";
import type { System } from "./system.ts";

/**
 * What `evaluateRetrieval` gives, with intervals: resamples draw queries, those of one `group` together.
 *
 * @throws {InputError} what `evaluateRetrieval` throws
 */
export async function measureRetrieval(
  system: System,
  set: RetrievalSet,
  options: RetrievalOptions = {},
): Promise<Measured> {
  const scores = await scoreRetrieval(system, set, options);
  const groups = set.queries.map(({ id, group }) => (group === undefined ? `query ${id}` : `group ${group}`));
  return measuredMeans(scores, { queries: set.queries.length, passages: set.corpus.length }, groups);
}
