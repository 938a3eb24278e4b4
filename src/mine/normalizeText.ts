/** A text as equality sees it: Unicode NFKC, lower case, runs of spaces as one, none at the ends. */
export function normalizeText(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
}
