import { shown } from "../sourceRow.ts";
import { looseLines } from "./looseLines.ts";
import { type LooseRow, rejected } from "./looseRow.ts";

/** The rows of a JSONL file, streamed; blank lines are skipped, a line that is not an object is set aside. */
export async function* looseJsonl(path: string): AsyncGenerator<LooseRow> {
  for await (const { number, text, problem } of looseLines(path)) {
    if (problem !== undefined) {
      yield rejected(number, problem, text);
      continue;
    }
    if (text.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      yield rejected(number, `the line is not JSON (${(error as Error).message})`, text);
      continue;
    }
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      yield { line: number, values: value as Record<string, unknown>, json: text.trim() };
    else yield rejected(number, `a row must be an object with fields, got ${shown(value)}`, text);
  }
}
