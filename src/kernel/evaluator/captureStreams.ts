import { Writable } from "node:stream";
import { HalfCharacters } from "./halfCharacters.ts";

/** UTF-16 units of one event at most, so that a huge write does not become one huge message. */
const PIECE = 1 << 18;

/** Takes text that a cell printed. */
export type Print = (cell: number, name: "stdout" | "stderr", text: string) => void;

/**
 * Makes `process.stdout` and `process.stderr`, and so `console`, print through `print`, at once and in order. Node's
 * own streams are never made: they would switch descriptors 1 and 2, which children share, to non-blocking.
 *
 * @param cellOf the cell to which the code belongs that prints now
 * @returns prints what a cell wrote of a character without its end; without a number, of all cells
 */
export function captureStreams(cellOf: () => number, print: Print): (cell?: number) => void {
  const streams = (["stdout", "stderr"] as const).map((name) => {
    const value = new PrintStream(name, cellOf, print);
    Object.defineProperty(process, name, { value, configurable: true, enumerable: true, writable: true });
    return value;
  });
  return (cell) => {
    for (const stream of streams) stream.endCharacters(cell);
  };
}

class PrintStream extends Writable {
  readonly fd: 1 | 2;
  readonly isTTY = false;
  private readonly halves = new HalfCharacters();
  private readonly name: "stdout" | "stderr";
  private readonly cellOf: () => number;
  private readonly print: Print;

  constructor(name: "stdout" | "stderr", cellOf: () => number, print: Print) {
    super({ decodeStrings: false });
    this.name = name;
    this.cellOf = cellOf;
    this.print = print;
    this.fd = name === "stdout" ? 1 : 2;
  }

  // Not `_write`: the buffering of Writable would stay locked for ever when an interrupt stops code inside it.
  override write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    const done = typeof encoding === "function" ? encoding : callback;
    const cell = this.cellOf();
    this.show(cell, this.textOf(cell, chunk, typeof encoding === "string" ? encoding : "utf8"));
    if (typeof done === "function") process.nextTick(done as () => void);
    return true;
  }

  override end(chunk?: unknown, encoding?: unknown, callback?: unknown): this {
    if (chunk !== undefined && chunk !== null && typeof chunk !== "function") this.write(chunk, encoding);
    const done = [chunk, encoding, callback].find((value) => typeof value === "function");
    if (done) process.nextTick(done as () => void);
    return this;
  }

  endCharacters(cell?: number): void {
    for (const one of cell === undefined ? this.halves.cells : [cell]) this.show(one, this.halves.end(one));
  }

  private textOf(cell: number, chunk: unknown, encoding: string): string {
    if (typeof chunk === "string") {
      if (encoding === "utf8" || encoding === "utf-8") return this.halves.end(cell) + chunk;
      return this.halves.decode(cell, Buffer.from(chunk, encoding as BufferEncoding));
    }
    if (chunk instanceof Uint8Array) return this.halves.decode(cell, chunk);
    throw new TypeError(
      `process.${this.name}.write: wants text or a Uint8Array, got ${typeof chunk}. Use console.log.`,
    );
  }

  private show(cell: number, text: string): void {
    for (let at = 0; at < text.length; ) {
      let end = Math.min(at + PIECE, text.length);
      // A pair of surrogates stays together.
      if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end--;
      this.print(cell, this.name, text.slice(at, end));
      at = end;
    }
  }
}
