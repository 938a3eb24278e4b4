import ts from "typescript";
import type { Completions, NameKind } from "../checkerMessages.ts";

/** A place in a cell that the language service has before it. */
export interface Cursor {
  /** The cell's file in the language service. */
  path: string;
  /** Offset of the cell within that file. */
  shift: number;
  code: string;
  /** Offset within the cell, UTF-16 code units. */
  offset: number;
}

const PREFERENCES: ts.UserPreferences = {
  includeCompletionsForModuleExports: false,
  includeCompletionsWithInsertText: false,
  importModuleSpecifierEnding: "js",
};

/**
 * What may stand at the cursor, the best first. The text that a match replaces reaches from the start of the word, or
 * of the string's contents, to the cursor.
 *
 * @param live  names of earlier cells; those that the cell does not mention are unknown to the language service
 */
export function completeAt(
  service: ts.LanguageService,
  { path, shift, code, offset }: Cursor,
  live: ReadonlyMap<string, { kind: NameKind }>,
): Completions {
  const found = service.getCompletionsAtPosition(path, offset + shift, PREFERENCES);
  const word = /[\p{ID_Continue}$\u200c\u200d]*$/u.exec(code.slice(0, offset))![0].length;
  let start = offset - word;
  const offered = new Map<string, { type: string; order: string }>();
  for (const { name, kind, sortText, replacementSpan } of found?.entries ?? []) {
    if (replacementSpan) start = Math.min(start, Math.max(0, replacementSpan.start - shift));
    offered.set(name, { type: typeOf(kind), order: sortText });
  }
  if (found?.isGlobalCompletion)
    for (const [name, { kind }] of live) if (!offered.has(name)) offered.set(name, { type: kind, order: "11" });
  const typed = code.slice(start, offset);
  const lower = typed.toLowerCase();
  const exact = [...offered].filter(([name]) => name.startsWith(typed));
  const near = exact.length > 0 ? exact : [...offered].filter(([name]) => name.toLowerCase().startsWith(lower));
  near.sort(([a, { order: first }], [b, { order: second }]) => compare(first, second) || compare(a, b));
  return { matches: near.map(([name]) => name), types: near.map(([, { type }]) => type), start, end: offset };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The words that JupyterLab has icons for, where TypeScript has its own. */
function typeOf(kind: ts.ScriptElementKind): string {
  if (kind === ts.ScriptElementKind.memberFunctionElement) return "method";
  if (kind === ts.ScriptElementKind.memberVariableElement) return "property";
  if (kind === ts.ScriptElementKind.constElement) return "constant";
  if (kind === ts.ScriptElementKind.letElement || kind === ts.ScriptElementKind.variableElement) return "variable";
  return kind;
}
