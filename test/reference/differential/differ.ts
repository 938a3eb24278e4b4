import type { Answer } from "./replay.ts";

/**
 * Where two answers differ, a line each: `content.runs[0].info.status: ours "FAILED", MLflow "RUNNING"`, or
 * `ours 400 INVALID_PARAMETER_VALUE, MLflow 200`. Empty when they are equal.
 */
export function differ(ours: Answer, theirs: Answer): string[] {
  if (ours.status === theirs.status) return compare(ours, theirs, "");
  return [`ours ${inShort(ours)}, MLflow ${inShort(theirs)}`];
}

function inShort({ status, content }: Answer): string {
  return status === 200 ? "200" : `${status} ${content}`;
}

function compare(ours: unknown, theirs: unknown, path: string): string[] {
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length)
    return ours.flatMap((one, i) => compare(one, theirs[i], `${path}[${i}]`));
  if (isObject(ours) && isObject(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
    return keys.flatMap((key) => compare(ours[key], theirs[key], path === "" ? key : `${path}.${key}`));
  }
  return Object.is(ours, theirs) ? [] : [`${path}: ours ${show(ours)}, MLflow ${show(theirs)}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}..` : text;
}
