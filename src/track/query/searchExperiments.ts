import type { Driver, SqlValue } from "../driver.ts";
import { type ExperimentRecord, type ExperimentRow, experimentRecords } from "../experimentRecord.ts";
import { TrackError } from "../trackError.ts";
import { EXPERIMENT_COLUMNS } from "./attributeColumns.ts";
import { compileExperimentFilter } from "./compileFilter.ts";
import { EXPERIMENT_FIELDS } from "./filterSchema.ts";
import { checkPageSize, pageOffset, pageToken } from "./pageToken.ts";
import { parseFilter } from "./parseFilter.ts";
import { parseOrder } from "./parseOrder.ts";
import type { RunSearch } from "./searchRuns.ts";

/** Which experiments, in MLflow's words: attributes `name`, `creation_time`, `last_update_time`, and `tags.KEY`. */
export type ExperimentSearch = Omit<RunSearch, "experimentIds">;

/** How many experiments a page has when nothing is said, as in MLflow's client. */
const PAGE = 1000;

/**
 * The experiments that fit, newest first unless ordered otherwise.
 * @returns `nextPageToken` when there are more
 * @throws {TrackError} INVALID_PARAMETER_VALUE when the filter, order, size or token is wrong
 */
export function searchExperiments(
  db: Driver,
  search: ExperimentSearch,
): { experiments: ExperimentRecord[]; nextPageToken?: string } {
  const { filter = "", orderBy = [], stage = "active", maxResults = PAGE } = search;
  checkPageSize(maxResults);
  const offset = pageOffset(search.pageToken);
  const orders = parseOrder(orderBy, EXPERIMENT_FIELDS).map(({ kind, key, descending }) => {
    if (kind !== "attribute")
      throw new TrackError("INVALID_PARAMETER_VALUE", "order", "tags do not order experiments", "Order by `name`.");
    return `${key === "experiment_id" ? "e.experiment" : EXPERIMENT_COLUMNS[key]} ${descending ? "DESC" : "ASC"}`;
  });
  if (orders.length === 0) orders.push("e.creation_time DESC");
  const where = parseFilter(filter, EXPERIMENT_FIELDS).map(compileExperimentFilter);
  if (stage !== "all") where.unshift({ sql: "e.lifecycle_stage = ?", values: [stage] });
  const sql = `SELECT e.* FROM experiments e WHERE ${where.map((one) => one.sql).join(" AND ") || "1"}
    ORDER BY ${[...orders, "e.experiment DESC"].join(", ")} LIMIT ? OFFSET ?`;
  const values: SqlValue[] = [...where.flatMap((one) => one.values), maxResults + 1, offset];
  return db.read(() => {
    const rows = db.all<ExperimentRow>(sql, ...values);
    const experiments = experimentRecords(db, rows.slice(0, maxResults));
    return rows.length > maxResults ? { experiments, nextPageToken: pageToken(offset + maxResults) } : { experiments };
  });
}
