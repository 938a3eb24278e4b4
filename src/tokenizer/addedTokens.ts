import { escapeRegex } from "./escapeRegex.ts";
import type { Fields } from "./fields.ts";
import type { Normalize } from "./normalizer.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A token that is matched in the text itself, before the model sees it. */
export interface AddedToken {
  id: number;
  content: string;
  /** Match only where no letter, digit, mark or underscore touches it. */
  singleWord: boolean;
  /** Swallow the white space on its left. */
  lstrip: boolean;
  /** Swallow the white space on its right. */
  rstrip: boolean;
  /** Match in the normalized text, by its own normalized content. */
  normalized: boolean;
  /** Left out by `decode` on request. */
  special: boolean;
}

/** A stretch of the text that is one added token. */
export interface AddedMatch {
  start: number;
  end: number;
  id: number;
}

const NO_MATCHES: readonly AddedMatch[] = [];
const WORD = String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]`;
const ENDS_WITH_WORD = new RegExp(`${WORD}$`, "u");
const STARTS_WITH_WORD = new RegExp(`^${WORD}`, "u");
const SPACE = /\p{White_Space}/u;

/**
 * The added tokens of a tokenizer, matched as Hugging Face does: the leftmost, then the longest; those that are not
 * `normalized` in the raw text, the others in the normalized text of what is left.
 */
export class AddedTokens {
  /** By id: later tokens of the same id replace earlier ones. */
  private readonly byId = new Map<number, AddedToken>();
  private readonly byContent = new Map<string, number>();
  /** Contents that any entry calls special, whatever later entries say. */
  private readonly special = new Set<string>();
  private readonly normalize: Normalize;
  private readonly raw: Matcher;
  private readonly normalizedOnes: Matcher;

  /**
   * Reads `added_tokens`. A token that the model's vocabulary has keeps that id; another one gets the next free id,
   * as Hugging Face counts them, whatever the file says.
   */
  constructor(parts: readonly Fields[], vocabulary: Vocabulary, normalize: Normalize) {
    this.normalize = normalize;
    const count = vocabulary.count;
    let greatest = -1;
    for (const part of parts) {
      const token = readToken(part);
      if (token.content === "") continue;
      token.id =
        this.byContent.get(token.content) ??
        vocabulary.idOf(token.content) ??
        (greatest >= count ? greatest + 1 : count);
      greatest = Math.max(greatest, token.id);
      if (token.special) this.special.add(token.content);
      this.byContent.set(token.content, token.id);
      this.byId.set(token.id, token);
    }
    const tokens = [...this.byId.values()];
    this.raw = new Matcher(
      tokens.filter((token) => !token.normalized),
      (token) => token.content,
    );
    this.normalizedOnes = new Matcher(
      tokens.filter((token) => token.normalized),
      (token) => normalize(token.content),
    );
  }

  /** The tokens by ascending id. */
  get tokens(): AddedToken[] {
    return [...this.byId.values()].sort((a, b) => a.id - b.id);
  }

  idOf(content: string): number | undefined {
    return this.byContent.get(content);
  }

  tokenOf(id: number): AddedToken | undefined {
    return this.byId.get(id);
  }

  isSpecial(token: AddedToken): boolean {
    return this.special.has(token.content);
  }

  /** What the token looks like to the decoder: as it does in the text in which it is matched. */
  decodable(token: AddedToken): string {
    return token.normalized ? this.normalize(token.content) : token.content;
  }

  /** What the tokens that match in the normalized text look like there. */
  get normalizedPatterns(): readonly string[] {
    return this.normalizedOnes.patterns;
  }

  /** Matches in the raw text, in order. */
  inRaw(text: string): readonly AddedMatch[] {
    return this.raw.find(text);
  }

  /** Matches in a stretch of normalized text, in order. */
  inNormalized(text: string): readonly AddedMatch[] {
    return this.normalizedOnes.find(text);
  }
}

function readToken(part: Fields): AddedToken {
  return {
    id: part.count("id"),
    content: part.string("content"),
    singleWord: part.boolean("single_word", false),
    lstrip: part.boolean("lstrip", false),
    rstrip: part.boolean("rstrip", false),
    normalized: part.boolean("normalized", true),
    special: part.boolean("special", false),
  };
}

/** Finds a set of literal strings, the leftmost first, of those the longest. */
class Matcher {
  readonly patterns: readonly string[];
  private readonly tokens = new Map<string, AddedToken>();
  private readonly regex: RegExp | undefined;
  /** First characters, where they are so few that a look for each is quicker than the regular expression. */
  private readonly firsts: readonly string[] | undefined;

  constructor(tokens: readonly AddedToken[], patternOf: (token: AddedToken) => string) {
    for (const token of tokens) {
      const pattern = patternOf(token);
      if (pattern !== "" && !this.tokens.has(pattern)) this.tokens.set(pattern, token);
    }
    this.patterns = [...this.tokens.keys()].sort((a, b) => b.length - a.length);
    if (this.patterns.length === 0) return;
    this.regex = new RegExp(this.patterns.map(escapeRegex).join("|"), "g");
    const firsts = [...new Set(this.patterns.map((pattern) => pattern[0]))];
    this.firsts = firsts.length <= 3 ? firsts : undefined;
  }

  find(text: string): readonly AddedMatch[] {
    const regex = this.regex;
    if (regex === undefined || this.firsts?.every((first) => !text.includes(first))) return NO_MATCHES;
    const matches: AddedMatch[] = [];
    let done = 0;
    regex.lastIndex = 0;
    for (let found = regex.exec(text); found !== null; found = regex.exec(text)) {
      const token = this.tokens.get(found[0]) as AddedToken;
      let start = found.index;
      let end = start + found[0].length;
      if (token.singleWord && touchesWord(text, start, end)) continue;
      if (token.lstrip) while (start > done && SPACE.test(text[start - 1])) start--;
      if (token.rstrip) while (end < text.length && SPACE.test(text[end])) end++;
      matches.push({ start, end, id: token.id });
      done = end;
    }
    return matches;
  }
}

function touchesWord(text: string, start: number, end: number): boolean {
  return (
    ENDS_WITH_WORD.test(text.slice(Math.max(0, start - 2), start)) || STARTS_WITH_WORD.test(text.slice(end, end + 2))
  );
}
