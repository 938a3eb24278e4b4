import { RUN_COLUMNS } from "./attributeColumns.ts";
import type { Sql } from "./compileFilter.ts";
import type { Order } from "./parseOrder.ts";

/** The joins and the ORDER BY of a search. */
export interface OrderSql {
  join: Sql;
  by: string;
}

/**
 * The order of runs over `runs r`: those without the field come last in either direction, NaN before them, and what is
 * equal goes by newest start, then id. Texts go by their code points, as in MLflow on SQLite.
 */
export function compileRunOrder(orders: readonly Order[]): OrderSql {
  const join: Sql = { sql: "", values: [] };
  const columns = orders.flatMap(({ kind, key, descending }, i) => {
    const direction = descending ? "DESC" : "ASC";
    if (kind === "attribute") return [`${RUN_COLUMNS[key]} IS NULL`, `${RUN_COLUMNS[key]} ${direction}`];
    const o = `o${i}`;
    const isMetric = kind === "metric";
    const table = isMetric ? "latest" : kind === "param" ? "params" : "tags";
    const number = isMetric ? "(SELECT key FROM metric_keys WHERE name = ?)" : "?";
    join.sql += ` LEFT JOIN ${table} ${o} ON ${o}.run = r.run AND ${o}.key = ${number}`;
    join.values.push(key);
    return [`${o}.value IS NULL`, ...(isMetric ? [`${o}.is_nan`] : []), `${o}.value ${direction}`];
  });
  if (!orders.some(({ kind, key }) => kind === "attribute" && key === "start_time")) columns.push("r.start_time DESC");
  return { join, by: [...columns, "r.run_id"].join(", ") };
}
