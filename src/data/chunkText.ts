import { InputError } from "../base/errors.ts";

/** Where a text may be cut. */
export type ChunkUnit = "paragraphs" | "sentences" | "words";

/** How a long text is cut into passages. */
export interface ChunkSettings {
  /** A passage ends at the end of one of these, unless one alone is longer than `words`. */
  by: ChunkUnit;
  /** Words of a passage at most. */
  words: number;
  /** Words at the end of a passage that may stand at the beginning of the next too; 0: none. */
  overlap: number;
}

/** A passage of a text, and where it stands in it. */
export interface Chunk {
  text: string;
  /** Characters (UTF-16) from the beginning of the text; `end` is the first one after the passage. */
  start: number;
  end: number;
  /** Lines of its first and last character; 1 for the first of the text. */
  line: number;
  endLine: number;
}

interface Span {
  start: number;
  end: number;
}

const WORD = /\S+/gu;

/**
 * Cuts a text into passages of at most `words` words, as many whole units to a passage as fit. Nothing but space between
 * passages is left out; a text of spaces has none.
 *
 * @throws {InputError} `words` below 1, `overlap` outside 0 .. words - 1
 */
export function chunkText(text: string, { by, words, overlap }: ChunkSettings): Chunk[] {
  if (!Number.isInteger(words) || words < 1)
    throw new InputError("chunkText", `words must be a whole number of at least 1, got ${words}`, "Mend the setting.");
  if (!Number.isInteger(overlap) || overlap < 0 || overlap >= words)
    throw new InputError("chunkText", `overlap must be in 0 .. ${words - 1}, got ${overlap}`, "Take a smaller one.");
  const pieces = unitsOf(text, by).flatMap((unit) => cutLong(text, unit, words));
  const spans: Span[] = [];
  for (let first = 0; first < pieces.length; ) {
    let count = 0;
    let next = first;
    while (next < pieces.length && (next === first || count + pieces[next].words <= words))
      count += pieces[next++].words;
    spans.push({ start: pieces[first].start, end: pieces[next - 1].end });
    if (next === pieces.length) break;
    first = next;
    for (let again = 0; first > 0; first--) {
      again += pieces[first - 1].words;
      // Going back must leave room for a piece that is new.
      if (again > overlap || again + pieces[next].words > words) break;
    }
  }
  return withLines(text, spans);
}

/** The units without the space around them, in order. */
function unitsOf(text: string, by: ChunkUnit): Span[] {
  if (by === "words") return [...text.matchAll(WORD)].map(({ 0: word, index }) => spanOf(index, word));
  const spans: Span[] = [];
  for (const { 0: paragraph, index } of text.matchAll(/(?:[^\n]*\S[^\n]*(?:\n|$))+/gu)) {
    if (by === "paragraphs") spans.push(trimmed(text, index, index + paragraph.length));
    else
      for (const { segment, index: at } of new Intl.Segmenter("ms", { granularity: "sentence" }).segment(paragraph))
        if (/\S/u.test(segment)) spans.push(trimmed(text, index + at, index + at + segment.length));
  }
  return spans;
}

function spanOf(start: number, part: string): Span {
  return { start, end: start + part.length };
}

function trimmed(text: string, from: number, to: number): Span {
  const part = text.slice(from, to);
  const start = from + part.search(/\S/u);
  return spanOf(start, part.trim());
}

/** The unit, or runs of `most` of its words when it has more. */
function cutLong(text: string, unit: Span, most: number): (Span & { words: number })[] {
  const found = [...text.slice(unit.start, unit.end).matchAll(WORD)];
  const parts: (Span & { words: number })[] = [];
  for (let first = 0; first < found.length; first += most) {
    const last = Math.min(first + most, found.length) - 1;
    const end = unit.start + found[last].index + found[last][0].length;
    parts.push({ start: unit.start + found[first].index, end, words: last - first + 1 });
  }
  return parts;
}

function withLines(text: string, spans: readonly Span[]): Chunk[] {
  let line = 1;
  let at = 0;
  const chunks: Chunk[] = [];
  for (const { start, end } of spans) {
    // Passages that overlap begin before the last one ended: count from its beginning.
    line += breaks(text, at, start);
    at = start;
    chunks.push({ text: text.slice(start, end), start, end, line, endLine: line + breaks(text, start, end) });
  }
  return chunks;
}

function breaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = text.indexOf("\n", from); i >= 0 && i < to; i = text.indexOf("\n", i + 1)) count++;
  return count;
}
