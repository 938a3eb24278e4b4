import type { IdBuffer } from "./idBuffer.ts";

/** What turns one word into ids: BPE or WordPiece. */
export interface WordModel {
  /**
   * Appends the ids of the word `chars[from .. to)` (UTF-16 code units, at least one) to `out`.
   * The result depends on the word alone, so that it may be cached.
   */
  tokenize(chars: Uint16Array, from: number, to: number, out: IdBuffer): void;
}
