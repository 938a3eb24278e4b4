/**
 * Decodes UTF-8 that several cells write by turns: bytes that begin a character wait, by cell, for the rest of it.
 * Bytes that are no UTF-8 become U+FFFD.
 */
export class HalfCharacters {
  private readonly held: Map<number, Buffer> = new Map();

  /** The text of `bytes` as far as it is whole, with what the cell wrote before. */
  decode(cell: number, bytes: Uint8Array): string {
    const all = Buffer.concat([this.held.get(cell) ?? new Uint8Array(), bytes]);
    const end = all.length - unfinished(all);
    if (end < all.length) this.held.set(cell, all.subarray(end));
    else this.held.delete(cell);
    return all.toString("utf8", 0, end);
  }

  /** What is left of a character whose rest does not come; empty when nothing is. */
  end(cell: number): string {
    const text = this.held.get(cell)?.toString("utf8") ?? "";
    this.held.delete(cell);
    return text;
  }

  /** Cells of which bytes wait. */
  get cells(): number[] {
    return [...this.held.keys()];
  }
}

/** Bytes at the end that begin a character and want more, 0 to 3. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    // 10xxxxxx goes on with a character; the bits of its first byte tell its length
    if (byte >> 6 === 0b10) continue;
    const length =
      byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xc0 && byte < 0xe0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
