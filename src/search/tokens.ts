/** Runs of letters, digits and underscores: Python's `\w+`. */
const word = /[\p{L}\p{N}_]+/gu;

/** The lower-cased words of a text, as the dataset card's BM25 counts them. */
export function tokens(text: string): string[] {
  return text.toLowerCase().match(word) ?? [];
}
