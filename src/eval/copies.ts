import { comparableText } from "./protocol/comparableText.ts";

/**
 * Passages of one text, as several questions about it make them in a dataset: the first stands for all, so that a query
 * is not marked down for a copy of the right answer. Texts are one when `comparableText` makes them equal.
 */
export class Copies {
  /** How many texts there are. */
  readonly distinct: number;
  /** [N] of each passage the first of its text. */
  private readonly first: Int32Array;
  /** The most passages of one text. */
  private readonly most: number;

  constructor(passages: readonly string[]) {
    const firsts = new Map<string, number>();
    const counts = new Int32Array(passages.length);
    this.first = Int32Array.from(passages, (text, place) => {
      const key = comparableText(text);
      const first = firsts.get(key) ?? place;
      firsts.set(key, first);
      counts[first]++;
      return first;
    });
    this.distinct = firsts.size;
    this.most = counts.reduce((most, count) => Math.max(most, count), 0);
  }

  /** The passage that stands for one. */
  of(place: number): number {
    return this.first[place];
  }

  /** All passages of a passage's text. */
  all(place: number): number[] {
    return [...this.first.keys()].filter((other) => this.first[other] === this.first[place]);
  }

  /** So many passages must be ranked for `depth` texts. */
  deep(depth: number): number {
    return Math.min(this.first.length, depth * this.most);
  }

  /**
   * Rankings with the first passage of each text alone.
   *
   * @param indices [Q * deep(depth)] passages, best first
   * @returns       [Q * depth], at the place of its best copy
   */
  merge(indices: Int32Array, depth: number): Int32Array {
    const deep = this.deep(depth);
    if (this.most === 1) return indices;
    const queries = indices.length / deep;
    const merged = new Int32Array(queries * depth);
    for (let query = 0; query < queries; query++) {
      const seen = new Set<number>();
      for (let at = query * deep; seen.size < depth; at++) seen.add(this.first[indices[at]]);
      merged.set([...seen], query * depth);
    }
    return merged;
  }
}
