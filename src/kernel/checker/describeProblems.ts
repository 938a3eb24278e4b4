import ts from "typescript";
import type { CheckedCell } from "../checkerMessages.ts";
import { CELL_PREFIX } from "./scope.ts";

/** Errors shown in full; of the others only the number is told. */
const MOST_SHOWN = 20;

/** What a reader sees of a cell's errors. */
export interface Problems {
  problem: NonNullable<CheckedCell["problem"]>;
  places: NonNullable<CheckedCell["places"]>;
}

/**
 * Errors as the terminal shows those of tsc: `cell3.ts:2:7 - error TS2322: ...`, the source line, and carets under it.
 *
 * @param code        the cell as the reader wrote it
 * @param text        the cell as it was checked: lines as in `code`, columns too except on lines that are magics
 * @param diagnostics at least one; positions are offsets in `text`
 */
export function describeProblems(
  cell: number,
  code: string,
  text: string,
  diagnostics: readonly ts.Diagnostic[],
  ename: "SyntaxError" | "TypeCheckError",
): Problems {
  const lines = code.split(/\r\n|[\n\r\u2028\u2029]/);
  const starts = lineStarts(text);
  const found = diagnostics.map((diagnostic) => {
    const start = Math.min(diagnostic.start ?? 0, text.length);
    const line = starts.findLastIndex((at) => at <= start);
    return { line, column: start - starts[line]!, length: diagnostic.length ?? 1, ...messageOf(diagnostic) };
  });
  const traceback = found.slice(0, MOST_SHOWN).flatMap(({ line, column, length, code: number, message }) => {
    const source = lines[line] ?? "";
    const space = source.slice(0, column).replace(/[^\t]/g, " ");
    const carets = "^".repeat(Math.max(1, Math.min(length, source.length - column)));
    return [`cell${cell}.ts:${line + 1}:${column + 1} - error TS${number}: ${message}`, "", source, space + carets, ""];
  });
  traceback.pop();
  const rest = found.length - 1;
  if (found.length > MOST_SHOWN) traceback.push("", `... and ${found.length - MOST_SHOWN} more errors`);
  const first = found[0]!.message.split("\n")[0]!;
  return {
    problem: { ename, evalue: rest > 0 ? `${first} (and ${count(rest)})` : first, traceback },
    places: found.map(({ line, column, message }) => ({ line: line + 1, column: column + 1, message })),
  };
}

function messageOf({ code, messageText }: ts.Diagnostic): { code: number; message: string } {
  // How TypeScript calls an earlier cell's module is no business of the reader.
  const hidden = new RegExp(`[^"'\\s]*${CELL_PREFIX}(\\d*)`, "g");
  const message = ts.flattenDiagnosticMessageText(messageText, "\n").replace(hidden, "cell$1");
  const [, missing] = /^Cannot find module '((?:@[\w.-]+\/)?\w[\w.-]*)/.exec(message) ?? [];
  return { code, message: missing === undefined ? message : `${message} Install it: npm install ${missing}` };
}

function count(errors: number): string {
  return errors === 1 ? "1 more error" : `${errors} more errors`;
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)].map((end) => end.index + end[0].length)];
}
