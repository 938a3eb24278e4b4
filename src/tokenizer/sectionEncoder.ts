import type { IdBuffer } from "./idBuffer.ts";

/** What turns a section, the text between two added tokens, into ids. */
export interface SectionEncoder {
  /**
   * Appends the ids of `text` to `out`; may stop early once `out` is longer than `limit`.
   *
   * @param first the section stands at the very start of the input
   */
  encode(text: string, first: boolean, out: IdBuffer, limit: number): void;
}
