import { InputError } from "../base/errors.ts";
import type { Table } from "../base/table.ts";
import { compareAnswers, type RunAnswers } from "../eval/compareAnswers.ts";
import { compareSystems } from "../eval/compareSystems.ts";
import { type Measure, measure as partsOf } from "../eval/measure.ts";
import type { Store } from "../track/store.ts";

/** What is tested. */
export interface PairedOptions {
  /** A measure, e.g. `recallAt10`. */
  test: string;
  /** Of one run: only pairs with this system. */
  baseline?: string;
  byDomain: boolean;
}

/**
 * Paired tests: of one run its systems against each other, of two runs the systems of the same name.
 *
 * @throws {InputError} more than two runs, a measure that is none, a run without answers query by query
 */
export function pairedRuns(
  store: Store,
  ids: readonly string[],
  { test: measure, baseline, byDomain }: PairedOptions,
): Table {
  if (ids.length > 2)
    throw new InputError("runs compare --test", `takes one run or two, got ${ids.length}`, "Compare them in pairs.");
  if (ids.length === 2 && baseline !== undefined)
    throw new InputError(
      "runs compare --test",
      "--baseline names a system of one run; of two runs the systems of the same name are compared",
      "Name one run, or leave it out.",
    );
  partsOf(measure as Measure);
  const [first, second] = ids.map((id) => answersOf(store, id));
  const options = { measure: measure as Measure, byDomain };
  return second === undefined
    ? compareSystems(first.perQuery, { ...options, baseline })
    : compareAnswers(first, second, options);
}

function answersOf(store: Store, id: string): RunAnswers {
  const { runId, name } = store.run(id);
  const { perQuery } = store.tables(runId);
  const label = `${name} ${runId.slice(0, 8)}`;
  if (perQuery === undefined)
    throw new InputError(
      "runs compare --test",
      `${label} has no table perQuery`,
      "Give a run that evaluated in this store: large tables do not travel with an exported run.",
    );
  return { name: label, perQuery };
}
