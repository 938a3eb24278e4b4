/** Characters that fold to an ASCII letter from outside ASCII. @see Unicode CaseFolding.txt */
const FOREIGN: Record<string, string> = { k: "\u212a", s: "\u017f" };

/** All characters that match `char` when case is ignored, itself included. */
export function foldedLetters(char: string): string[] {
  const lower = char.toLowerCase();
  const upper = char.toUpperCase();
  const single = [char, lower, upper].filter((variant) => [...variant].length === 1);
  return [...new Set([...single, ...(FOREIGN[lower] ?? "")])];
}
