import { InputError } from "./errors.ts";
import { unpacked } from "./unpacked.ts";

/** One line of a text file, without its line end. */
export interface Line {
  /** 1 for the first. */
  number: number;
  text: string;
}

/** A longer line is taken for a binary file or a missing line end, before it fills the memory. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;

/**
 * The lines of a UTF-8 text, streamed: `\n` or `\r\n` ends a line, a byte order mark is skipped, gzip is recognised by
 * its first bytes. A last line without a line end counts; what follows the last line end does not.
 *
 * @param source a path, or byte chunks such as standard input
 * @param name   what errors call it; default: the path
 * @throws {InputError} no such file, bytes that are not UTF-8 (with their line), a truncated or damaged gzip file,
 *                      a line over 256 MiB
 */
export async function* readLines(source: string | AsyncIterable<Uint8Array>, name?: string): AsyncGenerator<Line> {
  const who = name ?? (typeof source === "string" ? source : "input");
  const chunks = typeof source === "string" ? unpacked(source) : source;
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let number = 0;
  let open: Uint8Array[] = [];
  let openBytes = 0;

  const close = (last: Uint8Array): Line => {
    number++;
    const bytes = open.length === 0 ? last : Buffer.concat([...open, last]);
    open = [];
    openBytes = 0;
    const end = bytes.length > 0 && bytes[bytes.length - 1] === 13 ? bytes.length - 1 : bytes.length;
    const start = number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    try {
      return { number, text: decoder.decode(bytes.subarray(start, end)) };
    } catch (cause) {
      throw new InputError(`${who}:${number}`, "the line is not UTF-8", "Convert the file to UTF-8.", { cause });
    }
  };

  try {
    for await (const chunk of chunks) {
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        yield close(chunk.subarray(from, at));
        from = at + 1;
      }
      if (from === chunk.length) continue;
      open.push(chunk.subarray(from));
      openBytes += chunk.length - from;
      if (openBytes > MAX_LINE_BYTES)
        throw new InputError(`${who}:${number + 1}`, "the line is longer than 256 MiB", "Is this a text file?");
    }
    if (openBytes > 0) yield close(new Uint8Array(0));
  } catch (error) {
    throw explained(error, who, number);
  }
}

function explained(error: unknown, who: string, lines: number): unknown {
  if (error instanceof InputError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return new InputError(who, "no such file", "Check the path.", { cause: error });
  if (code === "EISDIR") return new InputError(who, "is a folder", "Name a file.", { cause: error });
  if (code === "Z_BUF_ERROR")
    return new InputError(who, `the gzip file is truncated after line ${lines}`, "Copy or download it again.", {
      cause: error,
    });
  if (code?.startsWith("Z_"))
    return new InputError(
      who,
      `the gzip file is damaged after line ${lines} (${(error as Error).message})`,
      "Copy or download it again.",
      { cause: error },
    );
  return error;
}
