import { posix } from "node:path";
import { TrackError } from "./trackError.ts";

/** What is named. */
export type Named = "metric" | "param" | "tag";

/** MLflow's limits, in characters. Kept here so that a later sync is not refused. */
const KEY_LIMIT = 250;
const VALUE_LIMITS = { param: 6000, tag: 8000, "experiment tag": 20_000 } as const;

/** Letters, digits and `_` of any script (Python's `\w`), and `/ . - : space`. */
const ALLOWED = /^[\p{L}\p{N}_/.\-: ]+$/u;

/**
 * MLflow's rule for the names of metrics, params and tags: `recall@10` is refused, `recall_at_10` is right.
 * @throws {TrackError} INVALID_PARAMETER_VALUE, with a name that would do
 */
export function checkKey(what: Named, key: string): void {
  if (typeof key !== "string" || key === "") refuse(what, `a ${what}'s name must be a non-empty string`, "Name it.");
  if (longer(key, KEY_LIMIT))
    refuse(what, `name \`${key.slice(0, 40)}...\` is longer than ${KEY_LIMIT} characters`, "Shorten it.");
  if (!ALLOWED.test(key))
    refuse(
      what,
      `name \`${key}\` may hold only letters, digits, spaces and _ - . / :`,
      `Name it \`${suggestion(key)}\`.`,
    );
  const plain = posix.normalize(key).replace(/\/$/, "");
  if (plain !== key || key === "." || key.startsWith("..") || key.startsWith("/"))
    refuse(what, `name \`${key}\` does not stand for itself as a path`, `Name it \`${suggestion(plain)}\`.`);
}

/** @throws {TrackError} INVALID_PARAMETER_VALUE when the value of a param or tag is longer than MLflow takes */
export function checkValue(what: keyof typeof VALUE_LIMITS, key: string, value: string): void {
  if (typeof value !== "string") refuse(what, `\`${key}\` must be a string, got ${String(value)}`, "Convert it.");
  const limit = VALUE_LIMITS[what];
  if (longer(value, limit))
    refuse(what, `\`${key}\` has ${value.length} characters, more than ${limit}`, "Store it with `run.text`.");
}

/** @throws {TrackError} INVALID_PARAMETER_VALUE when a point of a curve is not number, whole step, whole time */
export function checkPoint(key: string, value: number, step: number, timestamp: number): void {
  if (typeof value !== "number")
    refuse("metric", `\`${key}\` must be a number, got ${JSON.stringify(value)}`, "Log words as a tag or a param.");
  if (!Number.isInteger(step)) refuse("metric", `the step of \`${key}\` must be an integer, got ${step}`, "Round it.");
  if (!Number.isInteger(timestamp))
    refuse("metric", `the time of \`${key}\` must be whole milliseconds, got ${timestamp}`, "Round it.");
}

/**
 * The value as MLflow's server takes it: what is beyond the limit is cut off (its MLFLOW_TRUNCATE_LONG_VALUES, which is
 * on unless somebody turned it off). Our own calls refuse such a value instead.
 */
export function cutValue(what: keyof typeof VALUE_LIMITS, value: string): string {
  return longer(value, VALUE_LIMITS[what]) ? [...value].slice(0, VALUE_LIMITS[what]).join("") : value;
}

/**
 * @throws {TrackError} INVALID_PARAMETER_VALUE unless an experiment's files can go there: an address with a scheme, and
 * in the store (`mlflow-artifacts:/a/b`) a plain path
 */
export function checkLocation(location: string): void {
  const inside = /^mlflow-artifacts:\/+(.*?)\/*$/.exec(location)?.[1];
  const isPlain = inside?.split("/").every((part) => /^[^.%?#\\\0][^%?#\\\0]*$/.test(part));
  if (inside === undefined ? !/^(?!runs:)[a-z][a-z0-9+.-]*:\/[^?#]*$/i.test(location) : !isPlain)
    refuse(
      "experiment",
      `its artifacts cannot go to \`${location.slice(0, 80)}\``,
      "Leave the location out, or give an address such as `s3://bucket/folder`.",
    );
}

/**
 * Whether a text has more characters than `limit`.
 *
 * JavaScript counts UTF-16 units, MLflow characters; a string has never more characters than units.
 */
export function longer(text: string, limit: number): boolean {
  return text.length > limit && [...text].length > limit;
}

function suggestion(key: string): string {
  const name = key.replace(/\s*@\s*/g, "_at_").replace(/[^\p{L}\p{N}_/.\-: ]+/gu, "_");
  return (
    name
      .replace(/^[./]+/, "")
      .replace(/\/+/g, "/")
      .replace(/\/$/, "") || "value"
  );
}

function refuse(what: string, problem: string, todo: string): never {
  throw new TrackError("INVALID_PARAMETER_VALUE", what, problem, todo);
}
