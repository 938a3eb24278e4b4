const HEADER = 4;
const BRACE = 0x7b;
// code of cells may put others in their place
const { stringify, parse } = JSON;

/**
 * One message as bytes: a little-endian u32 length in bytes, then UTF-8 JSON.
 *
 * @param message a JSON object
 */
export function encodeFrame(message: object): Buffer {
  const text = stringify(message);
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(HEADER + length);
  frame.writeUInt32LE(length);
  frame.write(text, HEADER);
  return frame;
}

/** Puts messages together again from the chunks in which a pipe delivers them. */
export class FrameReader<Message> {
  // Chunks wait in a list: joining them at each arrival would copy a large frame once a chunk.
  private chunks: Buffer[] = [];
  private held = 0;

  /**
   * Takes the next chunk, of any size.
   *
   * @returns the messages that it completes, in order; usually none or one, many after a burst
   * @throws {SyntaxError} when a frame is no JSON object: the other side writes something else to this descriptor. Told
   *   by its first byte, as text read for a length would make the reader wait for gigabytes
   */
  push(chunk: Uint8Array): Message[] {
    this.chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.held += chunk.byteLength;
    const messages: Message[] = [];
    for (let wanted = this.wanted(); this.held >= wanted; wanted = this.wanted()) {
      const bytes = this.joined();
      messages.push(parse(bytes.toString("utf8", HEADER, wanted)) as Message);
      this.held -= wanted;
      this.chunks = this.held > 0 ? [bytes.subarray(wanted)] : [];
    }
    return messages;
  }

  /** Bytes that the frame at the front has in all, or that its header has while that is not there. */
  private wanted(): number {
    if (this.held < HEADER) return HEADER;
    const front = this.chunks[0]!.length > HEADER ? this.chunks[0]! : this.joined();
    if (front.length > HEADER && front[HEADER] !== BRACE)
      throw new SyntaxError("a frame does not begin as a JSON object");
    return HEADER + front.readUInt32LE();
  }

  private joined(): Buffer {
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0]!;
  }
}
