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

/** A quicker way to the same ids, straight from text that is not normalized, which cannot take every section. */
export interface QuickEncoder {
  /** As `SectionEncoder.encode`, but false, with `out` as it was, when the section needs the general way. */
  encode(text: string, first: boolean, out: IdBuffer, limit: number): boolean;
}
