import { LEAK_KINDS, LeakIndex, type LeakOptions, type SeenText } from "./leakIndex.ts";

/** A test text that training has seen, whole or in part. */
export interface Leak extends SeenText {
  /** Place of the training text that holds it, or most of it; the first of equals. */
  training: number;
}

/**
 * Test texts that stand among the training texts, as `LeakIndex` tells them. Each training text is looked up once, so
 * that training may be a stream of any length.
 *
 * @param training texts, in any order; read once
 * @returns one leak a test text at most, of its plainest kind, in the order of the test texts
 * @throws {InputError} what `LeakIndex` throws
 */
export async function findLeaks(
  training: Iterable<string> | AsyncIterable<string>,
  test: readonly string[],
  options: LeakOptions = {},
): Promise<Leak[]> {
  const index = new LeakIndex(test, options);
  const found = new Map<number, Leak>();
  let place = 0;
  for await (const text of training) {
    for (const seen of index.look(text)) {
      const before = found.get(seen.test);
      if (before === undefined || rankOf(seen) < rankOf(before)) found.set(seen.test, { ...seen, training: place });
    }
    place++;
  }
  return [...found.values()].sort((a, b) => a.test - b.test);
}

/** Smaller is plainer. */
function rankOf({ kind, share }: SeenText): number {
  return LEAK_KINDS.indexOf(kind) + (1 - share);
}
