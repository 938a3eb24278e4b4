import { AddedTokens } from "./addedTokens.ts";
import { BertScanner } from "./bertScanner.ts";
import { Bpe } from "./bpe.ts";
import { makeDecoder } from "./decoder.ts";
import { Fields, type JsonObject } from "./fields.ts";
import { type MetaspaceOptions, MetaspaceScanner } from "./metaspaceScanner.ts";
import { makeNormalizer } from "./normalizer.ts";
import { PieceEncoder } from "./pieceEncoder.ts";
import { byteLevelStep, splitSteps } from "./pieceSplitter.ts";
import { Pipeline } from "./pipeline.ts";
import { makePostProcessor } from "./postProcessor.ts";
import { prependScheme } from "./prependScheme.ts";
import { readMerges } from "./readMerges.ts";
import { readSpecials } from "./readSpecials.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { tokenizerJson } from "./tokenizerJson.ts";
import { Vocabulary } from "./vocabulary.ts";
import { WordCache } from "./wordCache.ts";
import { WordPiece } from "./wordPiece.ts";

const MODELS = ["BPE", "WordPiece"];

/**
 * A tokenizer from the parsed content of its files.
 *
 * @param who     the file, for error messages
 * @param json    what `tokenizer.json` holds
 * @param configs what `tokenizer_config.json` and `special_tokens_map.json` hold, where there are any
 * @throws        {InputError} naming the file and the part that is wrong or not supported
 */
export function buildTokenizer(who: string, json: unknown, configs: readonly JsonObject[] = []): Tokenizer {
  const root = new Fields(who, "tokenizer", json);
  const model = new Fields(who, "model", root.raw.model);
  const type = model.string("type", model.has("merges") ? "BPE" : undefined);
  if (!MODELS.includes(type)) throw model.unknownType(MODELS);
  const part = (key: string): Fields | undefined => (root.has(key) ? new Fields(who, key, root.raw[key]) : undefined);
  const [normalizer, preTokenizer, postProcessor, decoder] = [
    part("normalizer"),
    part("pre_tokenizer"),
    part("post_processor"),
    part("decoder"),
  ];
  const vocabulary = Vocabulary.read(model);
  const normalize = normalizer ? makeNormalizer(normalizer) : (text: string) => text;
  const added = new AddedTokens(root.has("added_tokens") ? root.children("added_tokens") : [], vocabulary, normalize);
  let steps = preTokenizer ? splitSteps(preTokenizer) : [];
  const bytes = type === "BPE" && steps.at(-1) === byteLevelStep;
  if (bytes) steps = steps.slice(0, -1);
  const merges = type === "BPE" ? readMerges(model) : [];
  const words = new WordCache(
    type === "BPE" ? readBpe(model, vocabulary, merges, bytes) : readWordPiece(model, vocabulary),
  );
  const metaspace = type === "BPE" ? metaspaceOf(normalizer, preTokenizer, model, merges) : undefined;
  const isBert = normalizer?.type === "BertNormalizer" && preTokenizer?.type === "BertPreTokenizer";
  const quick =
    metaspace !== undefined
      ? new MetaspaceScanner(words, metaspace, added.normalizedPatterns)
      : isBert && added.normalizedPatterns.length === 0
        ? new BertScanner(words, normalize, steps)
        : undefined;
  const config = configs[0] ?? {};
  const [before, after] = [JSON.stringify(root.raw.truncation ?? null), config.truncation_side];
  return new Pipeline({
    vocabulary,
    added,
    normalize,
    general: new PieceEncoder(steps, words),
    quick,
    postProcessor: postProcessor ? makePostProcessor(postProcessor) : { before: [], after: [] },
    decode: decoder ? makeDecoder(decoder) : (tokens) => [tokens.join(" ")],
    specials: readSpecials(configs, (token) => added.idOf(token) ?? vocabulary.idOf(token)),
    truncateLeft: (after ?? (before.includes('"Left"') ? "left" : "right")) === "left",
    toJson: () => tokenizerJson(root.raw, vocabulary),
    configJson: () => JSON.stringify({ tokenizer_class: "PreTrainedTokenizerFast", ...config }, null, 2),
  });
}

function readBpe(
  model: Fields,
  vocabulary: Vocabulary,
  merges: readonly (readonly [string, string])[],
  bytes: boolean,
): Bpe {
  if (model.has("dropout") && model.raw.dropout !== 0)
    throw model.error("`model.dropout` makes the ids random, which is not supported");
  return new Bpe(vocabulary, {
    who: model.who,
    merges,
    unkToken: model.optionalString("unk_token"),
    fuseUnk: model.boolean("fuse_unk", false),
    byteFallback: model.boolean("byte_fallback", false),
    ignoreMerges: model.boolean("ignore_merges", false),
    continuingSubwordPrefix: model.optionalString("continuing_subword_prefix") ?? "",
    endOfWordSuffix: model.optionalString("end_of_word_suffix") ?? "",
    alphabet: bytes ? "bytes" : "chars",
  });
}

function readWordPiece(model: Fields, vocabulary: Vocabulary): WordPiece {
  const options = {
    unkToken: model.string("unk_token", "[UNK]"),
    continuingSubwordPrefix: model.string("continuing_subword_prefix", "##"),
    maxInputCharsPerWord: model.count("max_input_chars_per_word", 100),
  };
  return new WordPiece(vocabulary, options, model.who);
}

/** The options of a MetaspaceScanner that gives the tokenizer's ids, if one can. */
function metaspaceOf(
  normalizer: Fields | undefined,
  preTokenizer: Fields | undefined,
  model: Fields,
  merges: readonly (readonly [string, string])[],
): MetaspaceOptions | undefined {
  const options =
    normalizer && !preTokenizer
      ? normalizerSpelling(normalizer)
      : preTokenizer?.type === "Metaspace" && !normalizer
        ? preTokenizerSpelling(preTokenizer)
        : undefined;
  if (options === undefined || options.mark.length !== 1) return undefined;
  if (options.splitRuns) return options;
  const affixed = model.optionalString("continuing_subword_prefix") || model.optionalString("end_of_word_suffix");
  if (affixed || model.boolean("ignore_merges", false) || !Object.hasOwn(model.child("vocab").raw, options.mark))
    return undefined;
  const products = merges.map(([left, right]) => left + right);
  return MetaspaceScanner.canCutBefore(options.mark, products) ? options : undefined;
}

/** Llama-2's spelling: `Prepend` and `Replace` as normalizers, or `Replace` alone. */
function normalizerSpelling(normalizer: Fields): MetaspaceOptions | undefined {
  const steps = normalizer.type === "Sequence" ? normalizer.children("normalizers") : [normalizer];
  const types = steps.map((step) => step.type).join();
  if (types !== "Prepend,Replace" && types !== "Replace") return undefined;
  const replace = steps[steps.length - 1];
  const mark = replace.string("content");
  if (replace.child("pattern").raw.String !== " ") return undefined;
  if (steps.length === 2 && steps[0].string("prepend") !== mark) return undefined;
  return { mark, prepend: steps.length === 2 ? "always" : "never", prependBeforeMark: true, splitRuns: false };
}

function preTokenizerSpelling(part: Fields): MetaspaceOptions {
  return {
    mark: part.char("replacement"),
    prepend: prependScheme(part),
    prependBeforeMark: false,
    splitRuns: part.boolean("split", true),
  };
}
