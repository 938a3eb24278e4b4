import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/jsonl.ts";
import { readLines } from "../base/lines.ts";

/**
 * The texts of a file, streamed: one a line (an empty line is a text; a final line end does not make one more), or the
 * field `text` of each JSONL row when the name ends in `.jsonl` or `.jsonl.gz`, or `jsonl` is set.
 *
 * @param path a file, or `-` for standard input
 * @throws {InputError} no text at all, a row without a text (with its line), and what reading throws
 */
export async function* eachText(path: string, jsonl: boolean): AsyncGenerator<string> {
  const source = path === "-" ? process.stdin : path;
  const name = path === "-" ? "standard input" : path;
  let texts = 0;
  if (jsonl || /\.jsonl(\.gz)?$/.test(path)) {
    for await (const { line, value } of readJsonl(source, name)) {
      const text = typeof value === "string" ? value : (value as { text?: unknown } | null)?.text;
      if (typeof text !== "string")
        throw new InputError(
          `${name}:${line}`,
          `field \`text\` must be a text, got ${JSON.stringify(text) ?? "nothing"}`,
          'Write rows as {"text": "..."}.',
        );
      texts++;
      yield text;
    }
  } else
    for await (const { text } of readLines(source, name)) {
      texts++;
      yield text;
    }
  if (texts === 0) throw new InputError(name, "holds no text", "Write one text a line.");
}
