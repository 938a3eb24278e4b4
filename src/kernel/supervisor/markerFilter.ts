import { StringDecoder } from "node:string_decoder";

/** What came through a raw descriptor: text, and the numbers of the cells whose output ends there. */
export type RawPiece = { text: string } | { marker: number };

/** Longest cell number that a marker may have. */
const DIGITS = 16;

/**
 * Takes the evaluator's markers (`\0sulam TOKEN CELL\n`) out of what it and its children write to descriptor 1 or 2,
 * and turns the rest into text. Markers and characters may be split over chunks; bytes that are no UTF-8 become U+FFFD.
 */
export class MarkerFilter {
  private readonly prefix: Buffer;
  private held: Buffer = Buffer.alloc(0);
  private readonly decoder: StringDecoder = new StringDecoder("utf8");

  /** @param token what only this evaluator and its supervisor know */
  constructor(token: string) {
    this.prefix = Buffer.from(`\0sulam ${token} `);
  }

  push(chunk: Uint8Array): RawPiece[] {
    const pieces: RawPiece[] = [];
    let rest: Buffer = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : Buffer.from(chunk);
    for (;;) {
      const start = rest.indexOf(this.prefix);
      if (start < 0) break;
      const end = this.endOf(rest, start);
      if (end === undefined) break;
      const digits = end > 0 ? rest.toString("latin1", start + this.prefix.length, end) : "";
      if (/^\d+$/.test(digits)) {
        this.text(rest.subarray(0, start), pieces, false);
        pieces.push({ marker: Number(digits) });
        rest = rest.subarray(end + 1);
      } else {
        // somebody printed the token: it is text like any other
        this.text(rest.subarray(0, start + 1), pieces, true);
        rest = rest.subarray(start + 1);
      }
    }
    const keep = this.unfinished(rest);
    this.text(rest.subarray(0, rest.length - keep), pieces, true);
    this.held = rest.subarray(rest.length - keep);
    return pieces;
  }

  /** What was held back in the hope of a marker, once nothing more can come. */
  end(): RawPiece[] {
    const pieces: RawPiece[] = [];
    this.text(this.held, pieces, false);
    this.held = Buffer.alloc(0);
    return pieces;
  }

  /** Where the marker's line ends; -1 when it is none, undefined when that is not known yet. */
  private endOf(bytes: Buffer, start: number): number | undefined {
    const from = start + this.prefix.length;
    const end = bytes.indexOf(10, from);
    if (end >= 0) return end - from > DIGITS ? -1 : end;
    return bytes.length - from > DIGITS ? -1 : undefined;
  }

  /** Bytes at the end that may be the beginning of a marker. */
  private unfinished(bytes: Buffer): number {
    const start = bytes.indexOf(this.prefix);
    if (start >= 0) return bytes.length - start;
    for (let length = Math.min(this.prefix.length - 1, bytes.length); length > 0; length--)
      if (bytes.subarray(bytes.length - length).equals(this.prefix.subarray(0, length))) return length;
    return 0;
  }

  private text(bytes: Buffer, pieces: RawPiece[], more: boolean): void {
    const text = more ? this.decoder.write(bytes) : this.decoder.end(bytes);
    if (text !== "") pieces.push({ text });
  }
}
