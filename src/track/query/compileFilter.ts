import type { SqlValue } from "../driver.ts";
import { TrackError } from "../trackError.ts";
import { EXPERIMENT_COLUMNS, RUN_COLUMNS } from "./attributeColumns.ts";
import type { Comparison } from "./parseFilter.ts";

/** A piece of SQL with what is bound to its `?`. */
export interface Sql {
  sql: string;
  values: SqlValue[];
}

/** SQLite refuses longer patterns (SQLITE_MAX_LIKE_PATTERN_LENGTH), in bytes. */
const PATTERN_LIMIT = 50_000;

/**
 * A comparison of a run as SQL over `runs r`. A run without the metric, param, tag, end or data set fits no comparison
 * but IS NULL; a NaN fits `!=` only.
 * @throws {TrackError} INVALID_PARAMETER_VALUE when a pattern is too long
 */
export function compileRunFilter(comparison: Comparison): Sql {
  const { kind, key, comparator } = comparison;
  if (kind === "attribute") return compare(RUN_COLUMNS[key], comparison);
  if (kind === "metric") {
    const { sql, values } = compare("l.value", comparison);
    const holds = comparator === "!=" ? `(l.is_nan = 1 OR ${sql})` : `l.is_nan = 0 AND ${sql}`;
    return {
      sql: `EXISTS(SELECT 1 FROM latest l WHERE l.run = r.run
        AND l.key = (SELECT key FROM metric_keys WHERE name = ?) AND ${holds})`,
      values: [key, ...values],
    };
  }
  if (kind === "dataset") {
    const used = "EXISTS(SELECT 1 FROM inputs i JOIN datasets d USING(dataset)";
    if (key !== "context") return within(`${used} WHERE i.run = r.run AND`, [], compare(`d.${key}`, comparison));
    const context = "EXISTS(SELECT 1 FROM input_tags i WHERE i.run = r.run AND i.key = 'mlflow.data.context' AND";
    return within(context, [], compare("i.value", comparison));
  }
  const table = kind === "param" ? "params" : "tags";
  return keyed(`SELECT 1 FROM ${table} x WHERE x.run = r.run AND x.key = ?`, comparison);
}

/** A comparison of an experiment as SQL over `experiments e`. @throws {TrackError} as `compileRunFilter` */
export function compileExperimentFilter(comparison: Comparison): Sql {
  if (comparison.kind === "attribute") return compare(EXPERIMENT_COLUMNS[comparison.key], comparison);
  return keyed("SELECT 1 FROM experiment_tags x WHERE x.experiment = e.experiment AND x.key = ?", comparison);
}

function keyed(select: string, comparison: Comparison): Sql {
  const { key, comparator } = comparison;
  if (comparator === "IS NULL") return { sql: `NOT EXISTS(${select})`, values: [key] };
  if (comparator === "IS NOT NULL") return { sql: `EXISTS(${select})`, values: [key] };
  return within(`EXISTS(${select} AND`, [key], compare("x.value", comparison));
}

function within(start: string, first: SqlValue[], { sql, values }: Sql): Sql {
  return { sql: `${start} ${sql})`, values: [...first, ...values] };
}

/** SQLite's LIKE takes A and a as one, GLOB does not; both have been compiled into every SQLite so. */
function compare(column: string, { comparator, value }: Comparison): Sql {
  if (comparator === "IN" || comparator === "NOT IN")
    return { sql: `${column} ${comparator} (SELECT value FROM json_each(?))`, values: [JSON.stringify(value)] };
  if (comparator === "LIKE") return { sql: `${column} GLOB ?`, values: [checked(glob(value as string))] };
  if (comparator === "ILIKE") return { sql: `${column} LIKE ?`, values: [checked(value as string)] };
  return { sql: `${column} ${comparator} ?`, values: [value as string | number] };
}

function glob(pattern: string): string {
  return pattern.replace(/[*?[]/g, "[$&]").replaceAll("%", "*").replaceAll("_", "?");
}

function checked(pattern: string): string {
  if (Buffer.byteLength(pattern) > PATTERN_LIMIT)
    throw new TrackError("INVALID_PARAMETER_VALUE", "filter", "a pattern is longer than 50,000 bytes", "Shorten it.");
  return pattern;
}
