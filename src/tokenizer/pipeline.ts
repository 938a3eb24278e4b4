import { InputError } from "../base/errors.ts";
import type { AddedMatch, AddedTokens } from "./addedTokens.ts";
import type { DecodeStep } from "./decoder.ts";
import { IdBuffer } from "./idBuffer.ts";
import { joinPair } from "./joinPair.ts";
import type { Normalize } from "./normalizer.ts";
import type { PostProcessor } from "./postProcessor.ts";
import type { QuickEncoder, SectionEncoder } from "./sectionEncoder.ts";
import type { DecodeOptions, EncodedPair, EncodeOptions, Specials, Tokenizer } from "./tokenizer.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { wellFormed } from "./wellFormed.ts";

/** The parts of a tokenizer, ready to run. */
export interface PipelineParts {
  vocabulary: Vocabulary;
  added: AddedTokens;
  normalize: Normalize;
  /** Encodes normalized text. */
  general: SectionEncoder;
  /** Encodes text that is not normalized yet, with the same ids. */
  quick?: QuickEncoder;
  postProcessor: PostProcessor;
  decode: DecodeStep;
  specials: Specials;
  truncateLeft: boolean;
  toJson: () => string;
  configJson: () => string;
}

/** A tokenizer as Hugging Face runs one: added tokens, normalizer, pre-tokenizer, model, post-processor. */
export class Pipeline implements Tokenizer {
  readonly vocabSize: number;
  readonly specials: Specials;
  private readonly parts: PipelineParts;
  private readonly buffer = new IdBuffer();

  constructor(parts: PipelineParts) {
    this.parts = parts;
    this.specials = parts.specials;
    this.vocabSize = Math.max(parts.vocabulary.size, (parts.added.tokens.at(-1)?.id ?? -1) + 1);
  }

  encode(text: string, options: EncodeOptions = {}): number[] {
    const { before, after } = this.parts.postProcessor;
    const special = options.addSpecialTokens ?? true;
    const extra = special ? before.length + after.length : 0;
    const room = this.room(options.maxLength, extra);
    const out = this.buffer;
    out.length = 0;
    if (special) for (const id of before) out.push(id);
    const start = out.length;
    const left = this.parts.truncateLeft;
    this.encodeText(text, out, left ? Number.POSITIVE_INFINITY : start + room);
    let from = 0;
    if (out.length - start > room) {
      if (left) {
        from = out.length - start - room;
        out.data.copyWithin(from, 0, start);
      } else out.length = start + room;
    }
    if (special) for (const id of after) out.push(id);
    return out.slice(from, out.length);
  }

  encodeBatch(texts: readonly string[], options: EncodeOptions = {}): number[][] {
    return texts.map((text) => this.encode(text, options));
  }

  encodePair(first: string, second: string, { maxLength }: Pick<EncodeOptions, "maxLength"> = {}): EncodedPair {
    const { postProcessor, truncateLeft } = this.parts;
    const pair = postProcessor.pair?.();
    if (pair === undefined)
      throw new InputError(
        "encodePair",
        "the tokenizer's post_processor has no one template for pairs of texts",
        "Give its TemplateProcessing a `pair`, or take a tokenizer that was made for pairs.",
      );
    const extra = pair.reduce((sum, place) => sum + ("ids" in place ? place.ids.length : 0), 0);
    const bare = (text: string): number[] => this.encode(text, { addSpecialTokens: false });
    return joinPair(pair, [bare(first), bare(second)], { room: this.room(maxLength, extra), truncateLeft });
  }

  decode(ids: readonly number[], options: DecodeOptions = {}): string {
    const tokens: string[] = [];
    const { added, vocabulary } = this.parts;
    for (const id of ids) {
      const match = added.tokenOf(id);
      if (match && options.skipSpecialTokens && added.isSpecial(match)) continue;
      const token = match === undefined ? vocabulary.tokenOf(id) : added.decodable(match);
      if (token !== undefined) tokens.push(token);
    }
    return this.parts.decode(tokens).join("");
  }

  idOf(token: string): number | undefined {
    return this.parts.added.idOf(token) ?? this.parts.vocabulary.idOf(token);
  }

  tokenOf(id: number): string | undefined {
    return this.parts.added.tokenOf(id)?.content ?? this.parts.vocabulary.tokenOf(id);
  }

  toJson(): string {
    return this.parts.toJson();
  }

  configJson(): string {
    return this.parts.configJson();
  }

  /** How many of the text's own ids may stay. */
  private room(maxLength: number | undefined, extra: number): number {
    if (maxLength === undefined) return Number.POSITIVE_INFINITY;
    if (!Number.isInteger(maxLength) || maxLength < extra)
      throw new InputError(
        "encode",
        `maxLength must be a whole number >= ${extra}, the number of special tokens, got ${maxLength}`,
        "Give a greater maxLength.",
      );
    return maxLength - extra;
  }

  private encodeText(text: string, out: IdBuffer, limit: number): void {
    const { added } = this.parts;
    this.walk(text, added.inRaw(text), out, (section, at) => this.encodeSection(section, at === 0, out, limit));
  }

  /** Encodes text between added tokens of the raw kind. */
  private encodeSection(text: string, first: boolean, out: IdBuffer, limit: number): void {
    if (out.length > limit) return;
    const { quick, general, added, normalize } = this.parts;
    if (quick?.encode(text, first, out, limit)) return;
    const normalized = normalize(wellFormed(text));
    this.walk(normalized, added.inNormalized(normalized), out, (section, at) =>
      general.encode(section, first && at === 0, out, limit),
    );
  }

  /** Appends the matches' ids, and gives what lies between them to `encode`. */
  private walk(
    text: string,
    matches: readonly AddedMatch[],
    out: IdBuffer,
    encode: (section: string, at: number) => void,
  ): void {
    let done = 0;
    for (const match of matches) {
      if (match.start > done) encode(text.slice(done, match.start), done);
      out.push(match.id);
      done = match.end;
    }
    if (done < text.length) encode(done === 0 ? text : text.slice(done), done);
  }
}
