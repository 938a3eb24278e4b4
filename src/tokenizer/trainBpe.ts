import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import { buildTokenizer } from "./buildTokenizer.ts";
import { byteLevel } from "./byteLevel.ts";
import { countWords } from "./countWords.ts";
import { Fields, type JsonObject } from "./fields.ts";
import { learnMerges } from "./learnMerges.ts";
import { MetaspaceScanner } from "./metaspaceScanner.ts";
import { PieceEncoder } from "./pieceEncoder.ts";
import { byteLevelStep, splitSteps } from "./pieceSplitter.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { trainedForm } from "./trainedForm.ts";
import type { WordCache } from "./wordCache.ts";

/** Options of `trainBpe`. */
export interface TrainBpeOptions {
  /** V: tokens of the result at most, the special tokens and the 256 bytes included. */
  vocabSize: number;
  /**
   * `llama`: spaces are marked by the normalizer, unknown characters spelt as bytes, as Llama-2 and Mistral ship it;
   * `metaspace`: the same with the `Metaspace` pre-tokenizer; `byteLevel`: as GPT-2, Llama-3 and Qwen. Default `llama`.
   */
  form?: "llama" | "metaspace" | "byteLevel";
  /** Merge no pair that is rarer. Default 0, which is no bound. */
  minFrequency?: number;
  /** Keep the most frequent characters only, of equally frequent ones those of the lower code point. Default: 1000, all for `byteLevel`. */
  limitAlphabet?: number;
  /** Make no token of this many characters or more. Default: 17 (16 at most), no bound for `byteLevel`. */
  maxTokenLength?: number;
  /** First tokens of the vocabulary. Default `<unk>`, `<s>`, `</s>`, for `byteLevel` `<|endoftext|>`. */
  specialTokens?: readonly string[];
  /** Regular expression that cuts `byteLevel` text, e.g. Llama-3's. Default GPT-2's. */
  pattern?: string;
  onProgress?: OnProgress;
}

/**
 * Trains a byte-pair tokenizer.
 *
 * Given the same texts and settings, vocabulary and merges are those of Hugging Face's `BpeTrainer`, except where
 * that leaves it to chance: when `limitAlphabet` cuts between characters that are equally frequent.
 *
 * @param texts the corpus; read once
 * @throws      {InputError} when the vocabulary has no room for the special tokens, bytes and characters
 */
export function trainBpe(texts: Iterable<string>, options: TrainBpeOptions): Tokenizer {
  const { vocabSize, form = "llama", minFrequency = 0 } = options;
  const bytes = form === "byteLevel";
  const specialTokens = options.specialTokens ?? (bytes ? ["<|endoftext|>"] : ["<unk>", "<s>", "</s>"]);
  const fallback = bytes ? [] : Array.from({ length: 256 }, (_, byte) => byteToken(byte));
  const shape = trainedForm(form, specialTokens, options.pattern);
  const words = bytes ? countPieces(texts, shape.json.pre_tokenizer) : countWords(texts, markedWords);
  const alphabet = alphabetOf(
    words,
    bytes ? byteLevel.charOf : [],
    options.limitAlphabet ?? (bytes ? Number.POSITIVE_INFINITY : 1000),
  );
  const start = [...new Set([...specialTokens, ...alphabet])];
  if (!Number.isInteger(vocabSize) || vocabSize < start.length + fallback.length)
    throw new InputError(
      "trainBpe",
      `the vocabulary must be a whole number of tokens >= ${start.length + fallback.length} (special tokens, bytes and the ` +
        `${alphabet.length} characters of the texts), got ${vocabSize}`,
      "Ask for a larger vocabulary, or for fewer characters (limitAlphabet).",
    );
  const { tokens, merges } = learnMerges(words, start, {
    vocabSize: vocabSize - fallback.length,
    minFrequency,
    maxTokenLength: options.maxTokenLength ?? (bytes ? Number.POSITIVE_INFINITY : 17),
    onProgress: options.onProgress,
  });
  const special = new Set(specialTokens).size;
  const order = [...tokens.slice(0, special), ...fallback, ...tokens.slice(special)];
  return buildTokenizer("trainBpe", withModel(shape.json, order, merges), [shape.config]);
}

/** Words as Metaspace cuts them: each space begins one. */
function markedWords(words: WordCache): MetaspaceScanner {
  return new MetaspaceScanner(words, { mark: "▁", prepend: "always", prependBeforeMark: false, splitRuns: true }, []);
}

/** Pieces as a byte-level `pre_tokenizer` cuts them, in its alphabet. */
function countPieces(texts: Iterable<string>, preTokenizer: unknown): Map<string, number> {
  const steps = splitSteps(new Fields("trainBpe", "pre_tokenizer", preTokenizer));
  const counts = countWords(texts, (words) => new PieceEncoder(steps.slice(0, -1), words));
  // Spelling bytes is the last step, and dear, so it is done once for each different piece.
  return new Map(Array.from(counts, ([text, count]) => [byteLevelStep.run({ text, first: false })[0].text, count]));
}

function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

/** The characters to begin with, by code point: `always`, and the most frequent ones of the words. */
function alphabetOf(words: ReadonlyMap<string, number>, always: readonly string[], limit: number): string[] {
  const counts = new Map<string, number>();
  for (const [word, count] of words) for (const char of word) counts.set(char, (counts.get(char) ?? 0) + count);
  for (const char of always) counts.set(char, Number.POSITIVE_INFINITY);
  const code = (char: string): number => char.codePointAt(0) as number;
  return Array.from(counts)
    .sort(([a, m], [b, n]) => (m === n ? code(a) - code(b) : n - m))
    .slice(0, limit)
    .map(([char]) => char)
    .sort((a, b) => code(a) - code(b));
}

function withModel(json: JsonObject, tokens: readonly string[], merges: readonly [string, string][]): JsonObject {
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  return { ...json, model: { ...(json.model as JsonObject), vocab, merges } };
}
