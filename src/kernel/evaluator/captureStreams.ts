import { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** UTF-16 units of one event at most, so that a huge write does not become one huge message. */
const PIECE = 1 << 18;

/** Takes text that user code printed. */
export type Print = (name: "stdout" | "stderr", text: string) => void;

/**
 * Makes `process.stdout` and `process.stderr`, and so `console`, print through `print`, at once and in order. Node's
 * own streams are never made: they would switch descriptors 1 and 2, which children share, to non-blocking.
 */
export function captureStreams(print: Print): void {
  for (const name of ["stdout", "stderr"] as const) {
    Object.defineProperty(process, name, {
      value: new PrintStream(name, print),
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
}

class PrintStream extends Writable {
  readonly fd: 1 | 2;
  readonly isTTY = false;
  private readonly decoder = new StringDecoder("utf8");
  private readonly name: "stdout" | "stderr";
  private readonly print: Print;

  constructor(name: "stdout" | "stderr", print: Print) {
    super({ decodeStrings: false });
    this.name = name;
    this.print = print;
    this.fd = name === "stdout" ? 1 : 2;
  }

  // Not `_write`: the buffering of Writable would stay locked for ever when an interrupt stops code inside it.
  override write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    const done = typeof encoding === "function" ? encoding : callback;
    this.show(this.textOf(chunk, typeof encoding === "string" ? encoding : "utf8"));
    if (typeof done === "function") process.nextTick(done as () => void);
    return true;
  }

  override end(chunk?: unknown, encoding?: unknown, callback?: unknown): this {
    if (chunk !== undefined && chunk !== null && typeof chunk !== "function") this.write(chunk, encoding);
    const done = [chunk, encoding, callback].find((value) => typeof value === "function");
    if (done) process.nextTick(done as () => void);
    return this;
  }

  private textOf(chunk: unknown, encoding: string): string {
    if (typeof chunk === "string") {
      const plain = encoding === "utf8" || encoding === "utf-8";
      return plain ? chunk : this.decoder.write(Buffer.from(chunk, encoding as BufferEncoding));
    }
    if (chunk instanceof Uint8Array) {
      return this.decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    }
    throw new TypeError(
      `process.${this.name}.write: wants text or a Uint8Array, got ${typeof chunk}. Use console.log.`,
    );
  }

  private show(text: string): void {
    for (let at = 0; at < text.length; ) {
      let end = Math.min(at + PIECE, text.length);
      // A pair of surrogates stays together.
      if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end--;
      this.print(this.name, text.slice(at, end));
      at = end;
    }
  }
}
