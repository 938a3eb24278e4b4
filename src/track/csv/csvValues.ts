import { InputError } from "../../base/errors.ts";

const WORDS: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
};

/** A number of a CSV file, also as Python spells it: `nan`, `-inf`. @throws {InputError} when it is none */
export function csvNumber(text: string, who: string, column: string): number {
  const [, sign, word] = /^([+-]?)(nan|inf|infinity)$/i.exec(text) ?? [];
  if (word !== undefined) return (sign === "-" ? -1 : 1) * WORDS[word.toLowerCase()];
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
  throw new InputError(who, `\`${column}\` must be a number, got ${show(text)}`, "Mend the field.");
}

/** A whole number of a CSV file that the store can hold (63 bits) as it stands. @throws {InputError} when it is none */
export function csvInteger(text: string, who: string, column: string): number {
  const value = csvNumber(text, who, column);
  // beyond 2^53 only those that no rounding has changed
  const isWhole = Number.isInteger(value) && Math.abs(value) < 2 ** 63;
  if (isWhole && (Number.isSafeInteger(value) || String(value) === text)) return value;
  throw new InputError(who, `\`${column}\` must be a whole number, got ${show(text)}`, "Mend the field.");
}

/**
 * A time of a CSV file in milliseconds since 1970: ISO 8601 as we and pandas write it (without a zone it is UTC), or
 * such milliseconds themselves.
 * @throws {InputError} when it is none
 */
export function csvTime(text: string, who: string, column: string): number {
  if (/^-?\d+$/.test(text)) return csvInteger(text, who, column);
  const [, day, time, fraction = "", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(text) ?? [];
  const offset = zone === "UTC" ? "Z" : zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
  const found = Date.parse(`${day}T${time}${fraction.slice(0, 4)}${offset}`);
  if (!Number.isNaN(found)) return found;
  throw new InputError(
    who,
    `\`${column}\` must be a time, got ${show(text)}`,
    "Write it as 2026-01-31T12:00:00Z, or in milliseconds since 1970.",
  );
}

function show(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
