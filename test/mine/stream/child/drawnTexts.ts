import { Random } from "../../../../src/base/random.ts";
import type { Vectors } from "../../../../src/base/vectors.ts";
import type { Example } from "../../../../src/data/examplesFrom.ts";
import type { MiningPassage } from "../../../../src/mine/miningPool.ts";

/** Cuts both sides of `drawnTexts`: shards of some hundred queries, pieces of some thousand rows. */
export const BUDGET: number = (64 << 20) + 3_400_000;

/** Texts of few words, so that many are equal, some but for case; queries that several examples ask; few topics. */
export function drawnTexts(
  seed: number,
  count: { examples: number; passages: number },
): { examples: Example[]; passages: MiningPassage[] } {
  const random = new Random(seed);
  const pick = (words: readonly string[]): string => words[random.int(words.length)];
  const text = (kind: string, kinds: number): string => `${pick([kind, kind.toUpperCase()])} ${random.int(kinds)}`;
  const group = (): string => `topik ${random.int(40)}`;
  const examples = Array.from({ length: count.examples }, () => ({
    query: text("soalan", Math.ceil(count.examples / 2)),
    pos: Array.from({ length: 1 + random.int(3) }, () => text("jawapan", count.examples)),
    neg: [],
    group: group(),
  }));
  const passages = Array.from({ length: count.passages }, () => {
    const passage = random.int(5) === 0 ? text("jawapan", count.examples) : text("teks", count.passages);
    return random.int(3) === 0 ? { text: passage } : { text: passage, group: group() };
  });
  return { examples, passages };
}

/** One after the other, as a file gives them. */
export async function* each<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

/** Vectors of six small whole numbers drawn by the text itself: many equal cosines, the same in any batch. */
export async function spelledVectors(texts: readonly string[]): Promise<Vectors> {
  const d = 6;
  const data = new Float32Array(texts.length * d);
  for (const [i, text] of texts.entries()) {
    const seed = [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7);
    const random = new Random(seed);
    for (let j = 0; j < d; j++) data[i * d + j] = random.int(5) - 2;
  }
  return { data, n: texts.length, d };
}
