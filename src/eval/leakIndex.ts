import { InputError } from "../base/errors.ts";
import { comparableText } from "./protocol/comparableText.ts";

/** How a test text stands in a training text, the plainest first. */
export const LEAK_KINDS = ["exact", "normalised", "window"] as const;

/** One of `LEAK_KINDS`. */
export type LeakKind = (typeof LEAK_KINDS)[number];

/** A test text that one training text holds, whole or in part. */
export interface SeenText {
  kind: LeakKind;
  /** Place of the test text. */
  test: number;
  /** Share of the test text's characters that stand in windows of the training text; 1 for whole texts. */
  share: number;
}

/** How leaks are looked for. */
export interface LeakOptions {
  /** Characters of a window, after case, punctuation and spaces are evened out. Default 40. */
  window?: number;
  /**
   * Share of a test text's characters that windows of one training text must cover. Default .5: set phrases of a
   * register (`melakukan suatu kesalahan dan apabila disabitkan boleh didenda ..`) are no leak.
   */
  leastShare?: number;
}

/**
 * Tells which of the test texts a training text holds: letter for letter; equal to a reader (case, punctuation, spaces,
 * Unicode form); or made up, by half or more, of stretches of `window` characters that it holds too.
 *
 * Memory: some 60 bytes a character of the test texts, whose windows are all indexed.
 */
export class LeakIndex {
  private readonly window: number;
  private readonly leastShare: number;
  private readonly plain: string[];
  private readonly exact: Map<string, number[]>;
  private readonly normalised: Map<string, number[]>;
  private readonly windows: WindowIndex;

  /** @throws {InputError} a window below 8: such stretches are common to all texts of a language */
  constructor(test: readonly string[], { window = 40, leastShare = 0.5 }: LeakOptions = {}) {
    if (!Number.isInteger(window) || window < 8)
      throw new InputError("findLeaks", `a window must be 8 characters or more, got ${window}`, "Give a larger one.");
    this.window = window;
    this.leastShare = leastShare;
    this.plain = test.map(comparableText);
    this.exact = placesBy(test);
    this.normalised = placesBy(this.plain);
    this.windows = windowIndex(this.plain, window);
  }

  /** The test texts that a training text holds, each by its plainest kind, in the order of their places. */
  look(training: string): SeenText[] {
    const { window, plain } = this;
    const found = new Map<number, SeenText>();
    const even = comparableText(training);
    for (const [at, starts] of sharedWindows(even, plain, this.windows, window)) {
      const share = covered(starts, window) / plain[at].length;
      if (share >= this.leastShare) found.set(at, { kind: "window", test: at, share });
    }
    for (const at of this.normalised.get(even) ?? []) found.set(at, { kind: "normalised", test: at, share: 1 });
    for (const at of this.exact.get(training) ?? []) found.set(at, { kind: "exact", test: at, share: 1 });
    return [...found.values()].sort((a, b) => a.test - b.test);
  }
}

function placesBy(texts: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [place, text] of texts.entries()) {
    const before = places.get(text);
    if (before === undefined) places.set(text, [place]);
    else before.push(place);
  }
  return places;
}

/** Hash of a window -> its places: test text times 2^20, plus start. */
type WindowIndex = Map<number, number[]>;

const TEXT = 2 ** 20;

function windowIndex(texts: readonly string[], window: number): WindowIndex {
  const index: WindowIndex = new Map();
  for (const [at, text] of texts.entries())
    rolling(text, window, (hash, start) => {
      const place = at * TEXT + Math.min(start, TEXT - 1);
      const before = index.get(hash);
      if (before === undefined) index.set(hash, [place]);
      else before.push(place);
    });
  return index;
}

/** Starts of the windows that each test text shares with one training text. */
function sharedWindows(
  text: string,
  tests: readonly string[],
  index: WindowIndex,
  window: number,
): Map<number, Set<number>> {
  const shared = new Map<number, Set<number>>();
  rolling(text, window, (hash, start) => {
    for (const place of index.get(hash) ?? []) {
      const at = Math.floor(place / TEXT);
      const from = place % TEXT;
      // equal hashes may have come from other characters
      if (tests[at].slice(from, from + window) !== text.slice(start, start + window)) continue;
      const starts = shared.get(at) ?? new Set();
      shared.set(at, starts.add(from));
    }
  });
  return shared;
}

/** Characters under windows that begin at `starts`. */
function covered(starts: ReadonlySet<number>, window: number): number {
  let end = 0;
  let sum = 0;
  for (const start of [...starts].sort((a, b) => a - b)) {
    sum += start + window - Math.max(start, end);
    end = start + window;
  }
  return sum;
}

const BASE = 257;
const MODULUS = 2 ** 31 - 1;

/** Polynomial hashes of all windows of a text. @see Karp & Rabin 1987, doi:10.1147/rd.312.0249 */
function rolling(text: string, window: number, visit: (hash: number, start: number) => void): void {
  let lead = 1;
  for (let i = 1; i < window; i++) lead = times(lead, BASE);
  let hash = 0;
  for (let i = 0; i < text.length; i++) {
    if (i >= window) hash = (hash - times(lead, text.charCodeAt(i - window)) + MODULUS) % MODULUS;
    hash = (times(hash, BASE) + text.charCodeAt(i)) % MODULUS;
    if (i >= window - 1) visit(hash, i - window + 1);
  }
}

/** a * b modulo 2^31 - 1, exactly: b is at most 65,535, so the product stays below 2^53. */
function times(a: number, b: number): number {
  return (a * b) % MODULUS;
}
