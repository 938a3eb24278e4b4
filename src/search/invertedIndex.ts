import { tokens } from "./tokens.ts";

/** Which texts hold a term, and how often: term t's postings are entries starts[t] .. starts[t + 1]. */
export interface InvertedIndex {
  /** term -> its number */
  terms: Map<string, number>;
  /** [terms + 1] */
  starts: Float64Array;
  /** [postings], ascending within a term */
  texts: Int32Array;
  /** [postings] */
  counts: Int32Array;
  /** [N] tokens of each text */
  lengths: Int32Array;
}

/** Counts the tokens of all texts, then turns (text -> terms) into (term -> texts). */
export function invertedIndex(all: readonly string[]): InvertedIndex {
  const terms = new Map<string, number>();
  const lengths = new Int32Array(all.length);
  const ends = new Float64Array(all.length);
  let entryTerms = new Int32Array(1 << 16);
  let entryCounts = new Int32Array(1 << 16);
  let entries = 0;
  /** The entry of a term in the text at hand; one before `begin` belongs to an earlier text. */
  const entryOf: number[] = [];

  for (const [text, words] of wordsOf(all)) {
    const begin = entries;
    lengths[text] = words.length;
    if (entries + words.length > entryTerms.length) {
      const size = Math.max(2 * entryTerms.length, entries + words.length);
      entryTerms = grown(entryTerms, size);
      entryCounts = grown(entryCounts, size);
    }
    for (const word of words) {
      let term = terms.get(word);
      if (term === undefined) {
        term = terms.size;
        terms.set(word, term);
        entryOf.push(-1);
      }
      if (entryOf[term] < begin) {
        entryOf[term] = entries;
        entryTerms[entries] = term;
        entryCounts[entries++] = 0;
      }
      entryCounts[entryOf[term]]++;
    }
    ends[text] = entries;
  }

  const starts = new Float64Array(terms.size + 1);
  for (let e = 0; e < entries; e++) starts[entryTerms[e] + 1]++;
  for (let t = 0; t < terms.size; t++) starts[t + 1] += starts[t];
  const next = starts.slice();
  const texts = new Int32Array(entries);
  const counts = new Int32Array(entries);
  for (let text = 0, e = 0; text < all.length; text++)
    for (; e < ends[text]; e++) {
      const place = next[entryTerms[e]]++;
      texts[place] = text;
      counts[place] = entryCounts[e];
    }
  return { terms, starts, texts, counts, lengths };
}

/** One text's tokens at a time: those of all texts together may not fit the memory. */
function* wordsOf(all: readonly string[]): Generator<[number, string[]]> {
  for (let text = 0; text < all.length; text++) yield [text, tokens(all[text])];
}

function grown(old: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size);
  larger.set(old);
  return larger;
}
