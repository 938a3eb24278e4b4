import { hashText, joinHashes } from "./hashText.ts";

/** Words of a shingle. */
export const SHINGLE_WORDS = 3;

/** Scripts that put no space between words: each character stands for itself. */
const unspaced = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}`;
const unspacedLetter = new RegExp(`[${unspaced}]`, "u");
const anyWord = new RegExp(String.raw`[${unspaced}]|(?:(?![${unspaced}])[\p{L}\p{M}\p{N}])+`, "gu");
const spacedWord = /[\p{L}\p{M}\p{N}]+/gu;

/**
 * A text's words as near-duplicate detection compares them: NFKC, lower case, letters and digits only. A character of
 * a script without spaces (Han, Thai, ..) is a word. A text of nothing but signs is one word.
 */
export function comparableWords(text: string): string[] {
  const even = text.normalize("NFKC").toLowerCase();
  return even.match(unspacedLetter.test(even) ? anyWord : spacedWord) ?? [text.trim()];
}

/** The shingles of a text: every run of three words, or the whole text where it has fewer. */
export function shingles(words: readonly string[]): Set<string> {
  if (words.length <= SHINGLE_WORDS) return new Set([words.join(" ")]);
  const found = new Set<string>();
  for (let i = SHINGLE_WORDS; i <= words.length; i++) found.add(words.slice(i - SHINGLE_WORDS, i).join(" "));
  return found;
}

/** A 32-bit hash of each shingle, in text order, repeats included. */
export function shingleHashes(words: readonly string[]): Uint32Array {
  const hashes = Uint32Array.from(words, (text) => hashText(text));
  const width = Math.min(SHINGLE_WORDS, words.length);
  const count = words.length - width + 1;
  const found = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    let hash = hashes[i];
    for (let j = 1; j < width; j++) hash = joinHashes(hash, hashes[i + j]);
    found[i] = hash;
  }
  return found;
}

/** The Jaccard similarity of two sets: the share of their union that is in both. 1 for two empty sets. */
export function jaccard<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  let both = 0;
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  for (const item of small) if (large.has(item)) both++;
  const union = a.size + b.size - both;
  return union === 0 ? 1 : both / union;
}
