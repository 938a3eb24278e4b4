import { unpacked } from "../../base/unpacked.ts";

/** A line of a file; `problem` says why its text is not to be trusted. */
export interface LooseLine {
  /** 1 for the first. */
  number: number;
  text: string;
  problem?: string;
}

/** A longer line is set aside, its beginning kept, before it fills the memory. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The lines of a UTF-8 file, gzip allowed, as `readLines` reads them, but a bad line does not end the reading: a line
 * that is not UTF-8 or longer than 64 MiB comes with its problem. A gzip file that is cut or damaged ends with a line
 * that says so; the lines before are good.
 *
 * @throws {Error} what `node:fs` throws when the file cannot be opened or read
 */
export async function* looseLines(path: string): AsyncGenerator<LooseLine> {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
  let number = 0;
  let open: Uint8Array[] = [];
  let bytes = 0;
  const close = (last: Uint8Array): LooseLine => {
    number++;
    const whole = open.length === 0 ? last : Buffer.concat([...open, last]);
    const tooLong = bytes + last.length > MOST_BYTES;
    open = [];
    bytes = 0;
    const end = whole.length > 0 && whole[whole.length - 1] === 13 ? whole.length - 1 : whole.length;
    const start = number === 1 && whole[0] === 0xef && whole[1] === 0xbb && whole[2] === 0xbf ? 3 : 0;
    const line = whole.subarray(start, end);
    if (tooLong) return { number, text: lenient.decode(line.subarray(0, 4096)), problem: "the line is over 64 MiB" };
    try {
      return { number, text: strict.decode(line) };
    } catch {
      return { number, text: lenient.decode(line), problem: "the line is not UTF-8" };
    }
  };
  try {
    for await (const chunk of unpacked(path)) {
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        yield close(chunk.subarray(from, at));
        from = at + 1;
      }
      if (from === chunk.length) continue;
      if (bytes <= MOST_BYTES) open.push(chunk.subarray(from));
      bytes += chunk.length - from;
    }
    if (bytes > 0) yield close(new Uint8Array(0));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith("Z_")) throw error;
    const problem = code === "Z_BUF_ERROR" ? "the gzip file is cut off here" : `the gzip file is damaged (${message})`;
    const text = lenient.decode(Buffer.concat(open).subarray(0, 4096));
    yield { number: number + 1, text, problem: `${problem}: what follows could not be read` };
  }
}
