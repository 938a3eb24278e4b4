import { InputError } from "../base/errors.ts";
import { type SourceRow, shown } from "./sourceRow.ts";

/**
 * The text of one field of a row.
 *
 * @param empty `"refuse"`: it must hold more than spaces; `"allow"`: it may be "", and null or absent count as ""
 * @throws {InputError} with file, line, field and value
 */
export function textField(row: SourceRow, field: string, empty: "refuse" | "allow" = "refuse"): string {
  const value = row.values[field];
  if (typeof value === "string" && (empty === "allow" || value.trim() !== "")) return value;
  if (empty === "allow" && (value === null || value === undefined)) return "";
  throw new InputError(
    row.where,
    `field \`${field}\` must be ${empty === "allow" ? "a text" : "a non-empty text"}, got ${shown(value)}`,
    "Mend or remove the line.",
  );
}

/**
 * The texts of one field that holds a list of texts, or one text. Absent or null gives [].
 *
 * @throws {InputError} with file, line, field and value
 */
export function textListField(row: SourceRow, field: string): string[] {
  const value = row.values[field];
  if (value === undefined || value === null) return [];
  const list = typeof value === "string" ? [value] : value;
  if (Array.isArray(list) && list.every((text) => typeof text === "string" && text.trim() !== "")) return [...list];
  throw new InputError(
    row.where,
    `field \`${field}\` must be a list of non-empty texts, got ${shown(value)}`,
    "Mend or remove the line.",
  );
}

/**
 * The number of one field of a row; a text that is one counts too, as CSV holds nothing else.
 *
 * @throws {InputError} with file, line, field and value
 */
export function numberField(row: SourceRow, field: string): number {
  const value = row.values[field];
  const isNumber = ["number", "bigint"].includes(typeof value) || (typeof value === "string" && value.trim() !== "");
  const number = isNumber ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw new InputError(
    row.where,
    `field \`${field}\` must be a number, got ${shown(value)}`,
    "Mend or remove the line.",
  );
}
