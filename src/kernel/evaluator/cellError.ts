import { inspect } from "node:util";
import type { CellError } from "../evaluatorMessages.ts";
import type { StackTraces } from "./stackTraces.ts";

const LOADER_FRAME = /\(?node:internal\/|\/node_modules\/(tsx|esbuild)\/|\/evaluator\/moduleHooks\./;
const DEEPEST = 5; // causes of causes that are shown

/**
 * What a thrown value looks like to a reader: its name and message, its stack in terms of the sources, the failing
 * line of the cell with a caret, and what caused it. A thrown value that is no error is shown as it is. Never throws:
 * an error whose own fields cannot be read still ends its cell.
 */
export function cellError(thrown: unknown, traces: StackTraces): CellError {
  try {
    return describe(thrown, traces);
  } catch {
    const evalue = inspectSafely(thrown);
    return { ename: "Error", evalue, traceback: [`Uncaught ${evalue}`] };
  }
}

function describe(thrown: unknown, traces: StackTraces): CellError {
  if (!(thrown instanceof Error)) {
    const evalue = inspectSafely(thrown);
    return { ename: nameOfClass(thrown), evalue, traceback: [`Uncaught ${evalue}`] };
  }
  const ename = nameOf(thrown);
  const evalue = String(thrown.message);
  return { ename, evalue, traceback: [...linesOf(thrown, traces, 0)] };
}

/** The error with which a stopped cell ends. */
export function interruptedError(): CellError {
  const evalue = "the cell was interrupted; what it has defined so far is kept";
  return { ename: "Interrupted", evalue, traceback: [`Interrupted: ${evalue}`] };
}

function linesOf(error: Error, traces: StackTraces, depth: number): string[] {
  const lines = stackOf(error).split("\n");
  const failing = traces.placeOf(error);
  if (failing) {
    const { place, text } = failing;
    lines.push("", `${place.file}:${place.line}`, text, `${caretIndent(text, place.column)}^`);
  }
  const extra = ownFields(error);
  if (extra) lines.push(extra);
  if (depth >= DEEPEST) return lines;
  const indent = (inner: unknown): string[] => innerLines(inner, traces, depth + 1).map((line) => `  ${line}`);
  if (error.cause !== undefined) lines.push("caused by:", ...indent(error.cause));
  if (error instanceof AggregateError) {
    for (const [index, inner] of error.errors.entries()) lines.push(`error ${index + 1}:`, ...indent(inner));
  }
  return lines;
}

function innerLines(inner: unknown, traces: StackTraces, depth: number): string[] {
  return inner instanceof Error ? linesOf(inner, traces, depth) : inspectSafely(inner).split("\n");
}

function stackOf(error: Error): string {
  const stack = String(error.stack ?? "");
  const head = `${nameOf(error)}: ${error.message}`;
  if (!stack) return head;
  // The head was written when the error was made; name and message may have been set since.
  // An error from the module loader's thread comes with a stack that is text already.
  const frames = stack.split("\n").filter((line) => /^ {4}at /.test(line) && !LOADER_FRAME.test(line));
  return [error.message ? head : nameOf(error), ...frames].join("\n");
}

/** Fields that the error carries besides the usual ones, such as `code`. */
function ownFields(error: Error): string | undefined {
  const usual = new Set(["stack", "message", "name", "cause", "errors"]);
  const rest = Object.entries(error).filter(([key]) => !usual.has(key));
  return rest.length > 0 ? inspectSafely(Object.fromEntries(rest)) : undefined;
}

function nameOf(error: Error): string {
  const { name } = error;
  if (name && name !== "Error") return String(name);
  return nameOfClass(error);
}

function nameOfClass(value: unknown): string {
  if (value === null || value === undefined) return "Error";
  const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === "string" && name !== "" && value instanceof Error ? name : "Error";
}

function caretIndent(text: string, column: number): string {
  // Tabs stay tabs, so that the caret stands under its character however wide they are.
  return text.slice(0, column - 1).replace(/[^\t]/g, " ");
}

function inspectSafely(value: unknown): string {
  try {
    return inspect(value, { depth: 4, maxArrayLength: 100 });
  } catch {
    return "[value whose inspection failed]";
  }
}
