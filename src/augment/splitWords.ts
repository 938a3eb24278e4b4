/** A piece of a text. Pieces put together again give the text. */
export interface Piece {
  text: string;
  /** `word`: letters, with hyphens inside; `kept`: an address, a name after @ or #, a number; `gap`: all else. */
  kind: "word" | "kept" | "gap";
}

const kept =
  /https?:\/\/\S+|www\.\S+|[^\s@]+@[^\s@]+\.[^\s@]+|[@#][\p{L}\p{N}_]+|[\p{L}\p{M}]*\p{N}[\p{L}\p{M}\p{N}]*/u;
const word = /[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*/u;
const pieces = new RegExp(`(?<kept>${kept.source})|(?<word>${word.source})`, "gu");

/** Splits a text into words, what must not be touched, and what lies between them. */
export function splitWords(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(pieces)) {
    if (match.index > at) found.push({ text: text.slice(at, match.index), kind: "gap" });
    found.push({ text: match[0], kind: match.groups?.kept === undefined ? "word" : "kept" });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at), kind: "gap" });
  return found;
}
