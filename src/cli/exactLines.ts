import { InputError } from "../base/errors.ts";

/**
 * The lines of a UTF-8 stream, exactly: only `\n` ends a line, and nothing else (`\r`, a byte order mark) is taken
 * away, so that each text is what its sender meant. A final `\n` does not make one more line.
 *
 * @throws {InputError} bytes that are not UTF-8, with their line
 */
export async function* exactLines(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let line = 0;
  let open: Uint8Array[] = [];
  const close = (last: Uint8Array): string => {
    line++;
    const bytes = open.length === 0 ? last : Buffer.concat([...open, last]);
    open = [];
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw new InputError(`${name}:${line}`, "the line is not UTF-8", "Convert the text to UTF-8.", { cause });
    }
  };
  for await (const chunk of source) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      yield close(chunk.subarray(from, at));
      from = at + 1;
    }
    if (from < chunk.length) open.push(chunk.subarray(from));
  }
  if (open.length > 0) yield close(new Uint8Array(0));
}
