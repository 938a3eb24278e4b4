/** Options of `Tokenizer.encode`. */
export interface EncodeOptions {
  /** Add what the post-processor adds, e.g. `<s>` or `[CLS]` .. `[SEP]`. Default true. */
  addSpecialTokens?: boolean;
  /** Keep at most this many ids, special tokens included. Default: no limit, whatever the file says. */
  maxLength?: number;
}

/** Two texts as one list of tokens. */
export interface EncodedPair {
  /** [T] ids. */
  ids: number[];
  /** [T] BERT's token types: which of the texts a token belongs to, as the template says. */
  types: number[];
}

/** Options of `Tokenizer.decode`. */
export interface DecodeOptions {
  /** Leave special tokens out of the text. Default false. */
  skipSpecialTokens?: boolean;
}

/** Ids of the tokens that have a role, where the tokenizer names one. */
export interface Specials {
  bos?: number;
  eos?: number;
  pad?: number;
  cls?: number;
  sep?: number;
  unk?: number;
  mask?: number;
}

/**
 * Text to ids and back, with the ids that Hugging Face `tokenizers` gives for the same `tokenizer.json`.
 *
 * The file's own `truncation` and `padding` are kept for `toJson` and not applied, as `transformers` does when it is
 * not asked to: batches here are packed, and the length is `maxLength`. A lone surrogate counts as U+FFFD, which is
 * what Hugging Face is given through UTF-8.
 */
export interface Tokenizer {
  /**
   * @param text any string
   * @returns    [T] ids
   * @throws     {InputError} when `maxLength` leaves no room for the special tokens, or when a character needs an
   *             unknown-token that the vocabulary lacks
   */
  encode(text: string, options?: EncodeOptions): number[];

  /** `encode` of each text, in order: N lists of ids. */
  encodeBatch(texts: readonly string[], options?: EncodeOptions): number[][];

  /**
   * Two texts with the special tokens of the file's pair template, such as `[CLS] first [SEP] second [SEP]`.
   *
   * Where `maxLength` is too little for both, the longer one is cut first (Hugging Face's `longest_first`).
   *
   * @throws {InputError} as `encode`, and when the file has no template for pairs
   */
  encodePair(first: string, second: string, options?: Pick<EncodeOptions, "maxLength">): EncodedPair;

  /** The text of `ids`; ids that no token has are left out, as Hugging Face does. */
  decode(ids: readonly number[], options?: DecodeOptions): string;

  /** V: the greatest id + 1, added tokens included; the rows that an embedding table needs. */
  readonly vocabSize: number;

  /** The id of a token as the vocabulary spells it (`▁dan`, `##kan`, `<s>`). */
  idOf(token: string): number | undefined;

  /** The token of an id, as the vocabulary spells it; undefined for ids that no token has. */
  tokenOf(id: number): string | undefined;

  readonly specials: Specials;

  /** The whole tokenizer as the text of a `tokenizer.json`, which Hugging Face `tokenizers` loads. */
  toJson(): string;

  /** The text of a `tokenizer_config.json` to lie beside it, for `transformers`. */
  configJson(): string;
}
