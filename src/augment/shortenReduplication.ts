/** The fewest letters that must be repeated. */
const LEAST = 2;
/** The longest suffix after the repeated part: `-nya`. */
const LONGEST_SUFFIX = 3;

/**
 * A reduplicated word as chat types it, with the digit 2 in place of the repetition: `buku-buku` -> `buku2`,
 * `berjalan-jalan` -> `berjalan2`, `kekanak-kanakan` -> `kekanak2an`.
 *
 * Malay spelling used the digit until the common orthography of 1972, and typing has kept it.
 *
 * @returns undefined when the word repeats nothing (`sayur-mayur`, `e-mel`)
 */
export function shortenReduplication(word: string): string | undefined {
  const [first, second, ...more] = word.split("-");
  if (second === undefined || more.length > 0) return undefined;
  const [a, b] = [first.toLowerCase(), second.toLowerCase()];
  for (let length = Math.min(a.length, b.length); length >= LEAST; length--) {
    if (b.length - length > LONGEST_SUFFIX) return undefined;
    if (a.endsWith(b.slice(0, length))) return `${first}2${second.slice(length)}`;
  }
  return undefined;
}
