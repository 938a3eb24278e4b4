import ts from "typescript";
import type { Completeness } from "../checkerMessages.ts";
import { parseCell } from "./parseCell.ts";

/** What the code opens goes on to its end, so the parser's error is not there. */
const UNTERMINATED_COMMENT = 1010;
const UNTERMINATED_TEMPLATE = 1160;
/** No next line can end it. */
const UNTERMINATED_STRING = 1002;

/**
 * Whether a console should run the code or let the reader go on. Code is incomplete when the parser wants more where
 * the code ends, and invalid when it stumbles earlier.
 *
 * @see the Jupyter protocol, `is_complete_request`
 */
export function isComplete(code: string): Completeness {
  const { syntaxErrors } = parseCell(code);
  const first = syntaxErrors[0];
  if (!first) return { status: "complete", indent: "" };
  const isOpen = first.code === UNTERMINATED_COMMENT || first.code === UNTERMINATED_TEMPLATE;
  const isString = first.code === UNTERMINATED_STRING;
  if (isOpen || (!isString && nothingFollows(code, first.start)))
    return { status: "incomplete", indent: indentOf(code) };
  return { status: "invalid", indent: "" };
}

/** Whether only space and comments stand from an offset on. */
function nothingFollows(code: string, start: number): boolean {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, true, ts.LanguageVariant.Standard, code, undefined, start);
  return scanner.scan() === ts.SyntaxKind.EndOfFileToken;
}

/** The last line's own indentation, and two spaces more after an opening bracket or an arrow. */
function indentOf(code: string): string {
  const last = code.trimEnd().split("\n").at(-1) ?? "";
  const own = /^\s*/.exec(last)![0];
  return /(?:[[({]|=>)$/.test(last) ? `${own}  ` : own;
}
