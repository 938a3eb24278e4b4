import { isCollection, LineCounter, type Node, parseDocument } from "yaml";
import { ConfigError } from "../base/errors.ts";
import type { KeyPath } from "./problem.ts";

/** A YAML text as plain values, and where each of them stands in the text. */
export interface YamlText {
  /** Null when the text holds nothing but comments. */
  value: unknown;
  /** `line:column` (both from 1) of the value at `path`, or of the nearest thing around it that is in the text. */
  locate(path: KeyPath): string;
  /** How many of the path's first keys are in the text. */
  depth(path: KeyPath): number;
}

/**
 * Reads one YAML 1.2 document (https://yaml.org/spec/1.2.2/).
 *
 * @param who the file, for the error
 * @throws {ConfigError} a syntax error, with line and column
 */
export function readYaml(text: string, who: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  if (document.errors.length > 0) {
    // what follows a first syntax error is mostly its echo
    const [{ pos, message }] = document.errors;
    const problem = `is not YAML at ${place(pos[0])}: ${message.replace(/\.$/, "")}`;
    throw new ConfigError(who, problem, "Check quotes, colons and the indentation (spaces, no tabs).");
  }
  const find = (path: KeyPath): { offset: number; depth: number } => {
    let node: unknown = document.contents;
    let offset = 0;
    let depth = 0;
    for (const key of path) {
      if (!isCollection(node)) break;
      const pair = node.items.find((item) => keyOf(item) === key);
      const next = typeof key === "number" ? node.items[key] : pair;
      if (next === undefined) break;
      const keyNode = (next as { key?: Node }).key ?? (next as Node);
      offset = keyNode.range?.[0] ?? offset;
      node = typeof key === "number" ? next : (next as { value: unknown }).value;
      depth++;
    }
    return { offset, depth };
  };
  const locate = (path: KeyPath): string => place(find(path).offset);
  const depth = (path: KeyPath): number => find(path).depth;
  try {
    return { value: document.toJS({ maxAliasCount: 100 }), locate, depth };
  } catch (error) {
    throw new ConfigError(who, `cannot be read: ${(error as Error).message}`, "Write the values out, without aliases.");
  }
}

function keyOf(item: unknown): unknown {
  const key = (item as { key?: { value?: unknown } }).key;
  return key?.value;
}
