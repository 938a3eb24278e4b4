import type { RunRecord } from "../track/runRecord.ts";
import type { Store } from "../track/store.ts";

/** Which runs to list, and in which order. */
export interface ListQuery {
  /** An experiment's name. */
  experiment?: string;
  /** MLflow's filter language, e.g. `metrics.recallAt1 > 0.2 AND params.lr = '0.01'`. */
  filter?: string;
  /** E.g. `metrics.recallAt1 DESC`; default: newest start first. */
  order?: string[];
  /** Those that `runs rm` has hidden, in place of the others. */
  deleted?: boolean;
  limit?: number;
}

/** Runs fetched at a time. */
const PAGE = 1000;

/** The runs that fit. @throws {TrackError} when the filter or the order is wrong */
export function listedRuns(
  store: Store,
  { experiment, filter, order, deleted, limit = Infinity }: ListQuery,
): RunRecord[] {
  const found = experiment === undefined ? undefined : store.experiments.byName(experiment);
  if (experiment !== undefined && found === undefined) return [];
  const search = {
    experimentIds: found && [found.experimentId],
    filter,
    orderBy: order,
    stage: deleted ? ("deleted" as const) : ("active" as const),
  };
  const runs: RunRecord[] = [];
  let pageToken: string | undefined;
  do {
    const page = store.searchRuns({ ...search, pageToken, maxResults: Math.min(PAGE, limit - runs.length) });
    runs.push(...page.runs);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined && runs.length < limit);
  return runs;
}
