import type { Driver, SqlValue } from "../driver.ts";
import { experimentNumber } from "../experimentRecord.ts";
import { type RunData, runData } from "../runData.ts";
import type { RunRow } from "../runRow.ts";
import { compileRunFilter } from "./compileFilter.ts";
import { compileRunOrder } from "./compileOrder.ts";
import { RUN_FIELDS } from "./filterSchema.ts";
import { checkPageSize, pageOffset, pageToken } from "./pageToken.ts";
import { parseFilter } from "./parseFilter.ts";
import { parseOrder } from "./parseOrder.ts";

/** Which runs, in MLflow's words. */
export interface RunSearch {
  /** Default: every experiment. An empty list finds nothing. */
  experimentIds?: readonly string[];
  /** MLflow's filter language: `metrics.loss < 0.5 AND params.lr = '0.01'`. A crashed run has status `FAILED`. */
  filter?: string;
  /** E.g. `["metrics.loss ASC"]`. Default: newest start first. */
  orderBy?: readonly string[];
  /** Default `active`. */
  stage?: "active" | "deleted" | "all";
  /** From 1 to 50,000. Default 1,000. */
  maxResults?: number;
  /** `nextPageToken` of the answer before. */
  pageToken?: string;
}

/** How many runs a page has when nothing is said, as in MLflow. */
const PAGE = 1000;

/**
 * The runs that fit, with all that is listed with them, out of one state of the store.
 * @returns `nextPageToken` when there are more
 * @throws {TrackError} INVALID_PARAMETER_VALUE when the filter, order, size or token is wrong
 */
export function searchRuns(db: Driver, search: RunSearch): { runs: RunData[]; nextPageToken?: string } {
  const { experimentIds, filter = "", orderBy = [], stage = "active", maxResults = PAGE } = search;
  checkPageSize(maxResults);
  const offset = pageOffset(search.pageToken);
  const order = compileRunOrder(parseOrder(orderBy, RUN_FIELDS));
  const where = parseFilter(filter, RUN_FIELDS).map(compileRunFilter);
  if (stage !== "all") where.unshift({ sql: "r.lifecycle_stage = ?", values: [stage] });
  if (experimentIds !== undefined) {
    const numbers = experimentIds.map(experimentNumber);
    where.unshift({ sql: "r.experiment IN (SELECT value FROM json_each(?))", values: [JSON.stringify(numbers)] });
  }
  const sql = `SELECT r.* FROM runs r ${order.join.sql}
    WHERE ${where.map((one) => one.sql).join(" AND ") || "1"} ORDER BY ${order.by} LIMIT ? OFFSET ?`;
  const values: SqlValue[] = [...order.join.values, ...where.flatMap((one) => one.values), maxResults + 1, offset];
  return db.read(() => {
    const rows = db.all<RunRow>(sql, ...values);
    const runs = runData(db, rows.slice(0, maxResults));
    return rows.length > maxResults ? { runs, nextPageToken: pageToken(offset + maxResults) } : { runs };
  });
}
