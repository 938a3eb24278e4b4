import { InputError } from "../base/errors.ts";
import type { IdBuffer } from "./idBuffer.ts";
import type { Vocabulary } from "./vocabulary.ts";
import type { WordModel } from "./wordModel.ts";

/** What a WordPiece model needs beside its vocabulary. */
export interface WordPieceOptions {
  unkToken: string;
  /** Put before each piece of a word but its first: `##`. */
  continuingSubwordPrefix: string;
  /** A word of more characters is unknown as a whole. */
  maxInputCharsPerWord: number;
}

/**
 * WordPiece: from the left, always the longest piece that the vocabulary has; a word with a part that has none is
 * one unknown token.
 *
 * @see Schuster & Nakajima 2012, "Japanese and Korean Voice Search"; Devlin et al. 2018, arXiv:1810.04805
 */
export class WordPiece implements WordModel {
  private readonly vocabulary: Vocabulary;
  private readonly options: WordPieceOptions;
  private readonly unkId: number;
  private readonly longest: number;

  /** @throws {InputError} when the vocabulary lacks the unknown-token */
  constructor(vocabulary: Vocabulary, options: WordPieceOptions, who: string) {
    const unkId = vocabulary.idOf(options.unkToken);
    if (unkId === undefined)
      throw new InputError(
        who,
        `\`model.unk_token\` is ${JSON.stringify(options.unkToken)}, which is not in \`model.vocab\``,
        "Add it to the vocabulary, or name the token that stands for unknown words.",
      );
    this.vocabulary = vocabulary;
    this.options = options;
    this.unkId = unkId;
    let longest = 1;
    for (const [token] of vocabulary.entries()) longest = Math.max(longest, token.length);
    this.longest = longest;
  }

  tokenize(chars: Uint16Array, from: number, to: number, out: IdBuffer): void {
    const { continuingSubwordPrefix: prefix, maxInputCharsPerWord: most } = this.options;
    const start = out.length;
    const word = to - from <= 2 * most ? String.fromCharCode(...chars.subarray(from, to)) : "";
    if (word === "" || [...word].length > most) {
      out.push(this.unkId);
      return;
    }
    for (let at = 0; at < word.length; ) {
      const head = at === 0 ? "" : prefix;
      let end = Math.min(word.length, at + this.longest);
      let id: number | undefined;
      for (; end > at; end--) {
        id = this.vocabulary.idOf(head + word.slice(at, end));
        if (id !== undefined) break;
      }
      if (id === undefined) {
        out.length = start;
        out.push(this.unkId);
        return;
      }
      out.push(id);
      at = end;
    }
  }
}
