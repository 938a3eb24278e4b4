import { InputError } from "../base/errors.ts";

/** One row as a file holds it, not yet checked, and where it stands. */
export interface SourceRow {
  /** For errors: `rows.jsonl:12`, or `rows.parquet row 12` for files without lines. Both count from 1. */
  where: string;
  values: Record<string, unknown>;
}

/**
 * Checks that a value of a file is one row: an object with fields.
 *
 * @throws {InputError} when it is a list, a text, a number or null
 */
export function sourceRow(where: string, value: unknown): SourceRow {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InputError(where, `a row must be an object with fields, got ${shown(value)}`, "Mend or remove the line.");
  return { where, values: value as Record<string, unknown> };
}

/** A value as errors show it: JSON, at most 60 characters. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "bigint" ? `${value}` : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
