import type { NoiseTable } from "./readNoiseTable.ts";

/** Shorter words keep their letters: one slip would leave nothing of them. */
const SHORTEST = 4;

/**
 * A word with one slip of a finger: a neighbouring key, a letter typed twice, a letter left out, or two letters
 * swapped (the single errors of Damerau 1964, doi:10.1145/363958.363994). The first letter stays.
 *
 * @param draws    two numbers in [0, 1): which letter, which slip
 * @param keyboard letter -> the letters beside it
 * @returns undefined for a word that is shorter than 4 letters or not of the letters a to z
 */
export function typingError(word: string, draws: readonly [number, number], keyboard: NoiseTable): string | undefined {
  if (word.length < SHORTEST || !/^[a-z]+$/i.test(word)) return undefined;
  const at = 1 + Math.floor(draws[0] * (word.length - 1));
  const [before, letter, after] = [word.slice(0, at), word[at], word.slice(at + 1)];
  const neighbours = keyboard.words.get(letter.toLowerCase()) ?? [];
  const cased = (key: string): string => (letter === letter.toLowerCase() ? key : key.toUpperCase());
  const slips = [
    ...neighbours.map((key) => before + cased(key) + after),
    // each kind of slip is as likely as the others, however many neighbours there are
    ...neighbours.map(() => before + letter + letter + after),
    ...neighbours.map(() => before + after),
    ...neighbours.map(() => before + (after === "" ? "" : after[0] + letter + after.slice(1))),
  ].filter((slip) => slip !== word);
  return slips[Math.floor(draws[1] * slips.length)];
}
