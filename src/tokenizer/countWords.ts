import { byteLevelStep, type Piece, type SplitStep } from "./pieceSplitter.ts";
import { wellFormed } from "./wellFormed.ts";

/** How often each piece that `steps` make of the texts stands there. */
export function countWords(texts: Iterable<string>, steps: readonly SplitStep[]): Map<string, number> {
  const raw = new Map<string, number>();
  const bytes = steps.at(-1) === byteLevelStep;
  const cheap = bytes ? steps.slice(0, -1) : steps;
  for (const text of texts) {
    if (text === "") continue;
    let pieces: Piece[] = [{ text: wellFormed(text), first: true }];
    for (const step of cheap) pieces = pieces.flatMap(step.run);
    for (const piece of pieces) raw.set(piece.text, (raw.get(piece.text) ?? 0) + 1);
  }
  if (!bytes) return raw;
  // Spelling bytes is dear, so it is done once for each different piece.
  return new Map(Array.from(raw, ([text, count]) => [byteLevelStep.run({ text, first: false })[0].text, count]));
}
