import type { MimeBundle } from "../evaluatorMessages.ts";
import { PLOTLY } from "../plotlyType.ts";
import { isSameNumber, isSameText, type TextRules } from "./compareText.ts";
import { htmlText } from "./htmlText.ts";
import type { Output } from "./notebook.ts";

/** One way in which a cell's fresh outputs are not the stored ones. */
export interface OutputDifference {
  /** What differs: `stdout`, `error`, `figure`, `table`, a MIME type, or `outputs` for their number. */
  what: string;
  /** Short texts to print, `-` and `+` of a diff. */
  stored: string;
  fresh: string;
}

/**
 * Compares a cell's outputs with the stored ones: streams whole, texts but for numbers within the tolerance, figures by
 * their data and layout, HTML by what it reads (tables by their cells), images by being there, an error by its name and
 * message. Order counts among what was displayed, not between the streams and it.
 */
export function compareOutputs(
  stored: readonly Output[],
  fresh: readonly Output[],
  rules: TextRules,
): OutputDifference[] {
  const streams = ["stdout", "stderr"].flatMap((name) => {
    const [a, b] = [stored, fresh].map((outputs) => streamText(outputs, name));
    return isSameText(a, b, rules) ? [] : [{ what: name, stored: a, fresh: b }];
  });
  const [a, b] = [stored, fresh].map((outputs) => outputs.filter((output) => output.output_type !== "stream"));
  if (a.length !== b.length) return [...streams, { what: "outputs", stored: describeAll(a), fresh: describeAll(b) }];
  return [...streams, ...a.flatMap((output, i) => compareOne(output, b[i], rules))];
}

function streamText(outputs: readonly Output[], name: string): string {
  return outputs.map((output) => (output.output_type === "stream" && output.name === name ? output.text : "")).join("");
}

function compareOne(stored: Output, fresh: Output, rules: TextRules): OutputDifference[] {
  const [a, b] = [describe(stored), describe(fresh)];
  if ("data" in stored && "data" in fresh) return compareBundles(stored.data, fresh.data, rules);
  if (stored.output_type !== fresh.output_type) return [{ what: "outputs", stored: a, fresh: b }];
  return isSameText(a, b, rules) ? [] : [{ what: stored.output_type, stored: a, fresh: b }];
}

/** By the richest type that the stored bundle has: the others say the same in other words. */
function compareBundles(stored: MimeBundle, fresh: MimeBundle, rules: TextRules): OutputDifference[] {
  const lack = (type: string): OutputDifference[] => [
    { what: type, stored: type, fresh: `only ${Object.keys(fresh).join(", ") || "nothing"}` },
  ];
  if (PLOTLY in stored) {
    if (!(PLOTLY in fresh)) return lack(PLOTLY);
    const path = findDifference(figureOf(stored), figureOf(fresh), rules, "");
    return path === undefined ? [] : [{ what: "figure", ...path }];
  }
  const images = Object.keys(stored).filter((type) => type.startsWith("image/"));
  if (images.length > 0) return images.filter((type) => !(type in fresh)).flatMap(lack);
  const json = Object.keys(stored).find((type) => /[/+]json$/.test(type));
  if (json !== undefined) {
    if (!(json in fresh)) return lack(json);
    const path = findDifference(stored[json], fresh[json], rules, "");
    return path === undefined ? [] : [{ what: json, ...path }];
  }
  const type = ["text/html", "text/markdown", "text/latex", "text/plain"].find((known) => known in stored);
  const only = type ?? Object.keys(stored)[0];
  if (only === undefined) return [];
  if (!(only in fresh)) return lack(only);
  const read = (value: unknown): string => (only === "text/html" ? htmlText(String(value)) : String(value));
  const [a, b] = [read(stored[only]), read(fresh[only])];
  const what = only === "text/html" && /<table/i.test(String(stored[only])) ? "table" : only;
  return isSameText(a, b, rules) ? [] : [{ what, stored: a, fresh: b }];
}

/** What a figure shows; its `config` and ids are not it. */
function figureOf(bundle: MimeBundle): unknown {
  const { data, layout = {} } = (bundle[PLOTLY] ?? {}) as { data?: unknown; layout?: unknown };
  return { data, layout };
}

type Found = { stored: string; fresh: string } | undefined;

/** The first place where two JSON values differ. */
function findDifference(a: unknown, b: unknown, rules: TextRules, path: string): Found {
  const differ = { stored: `${path} = ${brief(a)}`, fresh: `${path} = ${brief(b)}` };
  if (typeof a === "number" && typeof b === "number") return isSameNumber(a, b, rules) ? undefined : differ;
  if (typeof a === "string" && typeof b === "string") return isSameText(a, b, rules) ? undefined : differ;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b ? undefined : differ;
  if (Array.isArray(a) !== Array.isArray(b)) return differ;
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length)
    return { stored: `${path}: ${a.length} values`, fresh: `${path}: ${b.length} values` };
  const [left, right] = [a, b] as Record<string, unknown>[];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = findDifference(left[key], right[key], rules, path === "" ? key : `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "absent";
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function describeAll(outputs: readonly Output[]): string {
  return outputs.length === 0 ? "none" : outputs.map(describe).join("; ");
}

function describe(output: Output): string {
  if (output.output_type === "error") return `${output.ename}: ${output.evalue}`;
  return output.output_type === "stream"
    ? output.text
    : `${output.output_type} of ${Object.keys(output.data).join(", ")}`;
}
