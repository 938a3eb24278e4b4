/**
 * A text as a reader compares it: Unicode NFKC, lower case, without punctuation, runs of spaces as one. A text of
 * nothing but punctuation stays as it is.
 *
 * Coarser than equality for mining: the published pools hold hundreds of copies that differ in a full stop.
 */
export function comparableText(text: string): string {
  const plain = text.normalize("NFKC").toLowerCase();
  return plain.replace(/[\p{P}\s]+/gu, " ").trim() || plain.replace(/\s+/gu, " ").trim();
}
