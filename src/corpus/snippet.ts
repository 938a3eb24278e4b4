import { tokens } from "../search/tokens.ts";

const WORDS = 30;

/**
 * The run of at most 30 words of a passage that holds the most different words of the query, the first of several; with
 * dots where it was cut. White space becomes single spaces.
 */
export function snippet(passage: string, query: string): string {
  const words = passage.split(/\s+/u).filter((word) => word !== "");
  if (words.length <= WORDS) return words.join(" ");
  const wanted = new Set(tokens(query));
  const hits = words.map((word) => tokens(word).filter((token) => wanted.has(token)));
  let best = 0;
  let most = 0;
  for (let from = 0; from + WORDS <= words.length; from++) {
    const found = new Set(hits.slice(from, from + WORDS).flat()).size;
    if (found > most) [best, most] = [from, found];
  }
  const cut = words.slice(best, best + WORDS).join(" ");
  return `${best > 0 ? "… " : ""}${cut}${best + WORDS < words.length ? " …" : ""}`;
}
