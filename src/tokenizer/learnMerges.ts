import type { OnProgress } from "../base/progress.ts";
import { PairIndex } from "./pairIndex.ts";
import { PairQueue } from "./pairQueue.ts";

/** Options of `learnMerges`. */
export interface LearnOptions {
  /** Stop at this many tokens, those of `start` included. */
  vocabSize: number;
  /** Stop when the most frequent pair is rarer. */
  minFrequency: number;
  /** Never make a token of this many characters or more. */
  maxTokenLength: number;
  onProgress?: OnProgress;
}

/** What byte-pair training learnt. */
export interface Learnt {
  /** All tokens by id, those that were there at the start first. */
  tokens: string[];
  /** Pairs of tokens, the first merges first. */
  merges: [string, string][];
}

/**
 * Byte-pair training: again and again the most frequent pair of neighbours becomes one token, of equally frequent
 * pairs the one of the smallest ids. Counts are kept up to date from the words that a merge changes, never recounted.
 *
 * The result equals that of Hugging Face's `BpeTrainer`, its corners included: a merged pair keeps its last count,
 * and a pair that comes up again later is queued again with its new places only.
 *
 * @param words   word -> how often it stands in the corpus
 * @param start   tokens to begin with; characters that are not among them are left out of the words
 * @see Sennrich et al. 2016, arXiv:1508.07909
 */
export function learnMerges(
  words: ReadonlyMap<string, number>,
  start: readonly string[],
  options: LearnOptions,
): Learnt {
  const run = new Run(words, start, options.maxTokenLength);
  while (run.tokens.length < options.vocabSize && run.mergeNext(options.minFrequency)) {
    if (run.tokens.length % 256 === 0) options.onProgress?.({ done: run.tokens.length, total: options.vocabSize });
  }
  return { tokens: run.tokens, merges: run.merges };
}

class Run {
  readonly tokens: string[];
  readonly merges: [string, string][] = [];
  private readonly ids: Map<string, number>;
  private readonly lengths: number[];
  private readonly maxLength: number;
  /** Symbols of all words, word w at starts[w] .. starts[w] + sizes[w]. */
  private readonly symbols: Int32Array;
  private readonly starts: Int32Array;
  private readonly sizes: Int32Array;
  private readonly counts: Float64Array;
  private readonly pairs = new PairIndex();
  /** By number of the pair: how often it stands in the corpus. */
  private readonly pairCounts: number[] = [];
  private readonly queue = new PairQueue();
  /** By number of the queue's entry: the words in which to look for the pair. */
  private readonly places: number[][] = [];
  /** By number of the pair: places found since it was last queued. */
  private readonly fresh: (number[] | undefined)[] = [];
  /** Left id, right id and number of each pair in `fresh`. */
  private touched: [number, number, number][] = [];

  constructor(words: ReadonlyMap<string, number>, start: readonly string[], maxLength: number) {
    this.tokens = [...start];
    this.ids = new Map(start.map((token, id) => [token, id]));
    this.lengths = start.map((token) => [...token].length);
    this.maxLength = maxLength;
    let units = 0;
    for (const word of words.keys()) units += word.length;
    this.symbols = new Int32Array(units);
    this.starts = new Int32Array(words.size);
    this.sizes = new Int32Array(words.size);
    this.counts = new Float64Array(words.size);
    let at = 0;
    let w = 0;
    for (const [word, count] of words) {
      this.starts[w] = at;
      for (const char of word) {
        const id = this.ids.get(char);
        if (id !== undefined) this.symbols[at++] = id;
      }
      this.sizes[w] = at - this.starts[w];
      this.counts[w] = count;
      for (let i = this.starts[w]; i + 1 < at; i++) this.change(this.symbols[i], this.symbols[i + 1], w, count);
      w++;
    }
    this.enqueue();
  }

  /** Does the next merge; false when no pair is frequent enough. */
  mergeNext(minFrequency: number): boolean {
    const { queue } = this;
    for (;;) {
      if (queue.size === 0) return false;
      const entry = queue.top();
      const [left, right] = [queue.left(entry), queue.right(entry)];
      const count = this.pairCounts[this.pairs.numberOf(left, right)];
      if (count !== queue.count(entry)) {
        queue.lower(count);
        continue;
      }
      if (count < 1 || count < minFrequency) return false;
      queue.pop();
      const merged = this.tokenId(this.tokens[left] + this.tokens[right], this.lengths[left] + this.lengths[right]);
      this.merges.push([this.tokens[left], this.tokens[right]]);
      for (const w of this.places[entry]) this.mergeIn(w, left, right, merged);
      this.places[entry] = [];
      this.enqueue();
      return true;
    }
  }

  private tokenId(token: string, length: number): number {
    let id = this.ids.get(token);
    if (id === undefined) {
      id = this.tokens.length;
      this.ids.set(token, id);
      this.tokens.push(token);
      this.lengths.push(length);
    }
    return id;
  }

  /** Replaces left, right by merged in word w, from the left, and notes how the counts of the neighbours change. */
  private mergeIn(w: number, left: number, right: number, merged: number): void {
    const { symbols, lengths, maxLength } = this;
    const start = this.starts[w];
    const end = start + this.sizes[w];
    const count = this.counts[w];
    const length = lengths[merged];
    let to = start;
    for (let i = start; i < end; i++) {
      if (symbols[i] !== left || i + 1 >= end || symbols[i + 1] !== right) {
        symbols[to++] = symbols[i];
        continue;
      }
      if (to > start) {
        const before = symbols[to - 1];
        this.change(before, left, w, -count);
        if (lengths[before] + length < maxLength) this.change(before, merged, w, count);
      }
      i++;
      if (i + 1 < end) {
        const after = symbols[i + 1];
        this.change(right, after, w, -count);
        if (lengths[after] + length < maxLength) this.change(merged, after, w, count);
      }
      symbols[to++] = merged;
    }
    this.sizes[w] = to - start;
  }

  private change(left: number, right: number, w: number, by: number): void {
    const pair = this.pairs.numberOf(left, right);
    this.pairCounts[pair] = (this.pairCounts[pair] ?? 0) + by;
    if (by < 0) return;
    const places = this.fresh[pair];
    if (places === undefined) {
      this.fresh[pair] = [w];
      this.touched.push([left, right, pair]);
    } else if (places[places.length - 1] !== w) places.push(w);
  }

  /** Queues the pairs that have new places. */
  private enqueue(): void {
    for (const [left, right, pair] of this.touched) {
      if (this.pairCounts[pair] > 0) {
        this.queue.add(left, right, this.pairCounts[pair]);
        this.places.push(this.fresh[pair] as number[]);
      }
      this.fresh[pair] = undefined;
    }
    this.touched = [];
  }
}
