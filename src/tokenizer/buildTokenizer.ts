import { AddedTokens } from "./addedTokens.ts";
import { makeDecoder } from "./decoder.ts";
import { Fields, type JsonObject } from "./fields.ts";
import { makeNormalizer } from "./normalizer.ts";
import { PieceEncoder } from "./pieceEncoder.ts";
import { byteLevelStep, splitSteps } from "./pieceSplitter.ts";
import { Pipeline } from "./pipeline.ts";
import { makePostProcessor, noPostProcessor } from "./postProcessor.ts";
import { quickEncoder } from "./quickEncoder.ts";
import { checkModelType, readModel, spellsBytes } from "./readModel.ts";
import { readSpecials } from "./readSpecials.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { tokenizerJson } from "./tokenizerJson.ts";
import { Vocabulary } from "./vocabulary.ts";
import { WordCache } from "./wordCache.ts";

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
  const part = (key: string): Fields | undefined => (root.has(key) ? new Fields(who, key, root.raw[key]) : undefined);
  const model = new Fields(who, "model", root.raw.model);
  const [normalizer, preTokenizer] = [part("normalizer"), part("pre_tokenizer")];
  const [postProcessor, decoder] = [part("post_processor"), part("decoder")];

  const normalize = normalizer ? makeNormalizer(normalizer) : (text: string) => text;
  const allSteps = preTokenizer ? splitSteps(preTokenizer) : [];
  // A model that reads bytes spares the step that spells them as characters.
  const bytes = allSteps.at(-1) === byteLevelStep && spellsBytes(model);
  const steps = bytes ? allSteps.slice(0, -1) : allSteps;
  checkModelType(model);
  const vocabulary = Vocabulary.read(model);
  const added = new AddedTokens(root.has("added_tokens") ? root.children("added_tokens") : [], vocabulary, normalize);
  const words = readModel(model, vocabulary, bytes);
  const cache = new WordCache(words);
  return new Pipeline({
    vocabulary,
    added,
    normalize,
    general: new PieceEncoder(steps, cache),
    quick: quickEncoder({ normalizer, preTokenizer, model: words, cache, normalize, steps, added }),
    postProcessor: postProcessor ? makePostProcessor(postProcessor) : noPostProcessor,
    decode: decoder ? makeDecoder(decoder) : (tokens) => [tokens.join(" ")],
    specials: readSpecials(configs, (token) => added.idOf(token) ?? vocabulary.idOf(token)),
    truncateLeft: truncatesLeft(part("truncation"), configs),
    toJson: () => tokenizerJson(root.raw, vocabulary),
    configJson: () => JSON.stringify({ tokenizer_class: "PreTrainedTokenizerFast", ...configs[0] }, null, 2),
  });
}

/** Which end a text loses, by `truncation_side` of the configuration, else by the file's own `truncation`. */
function truncatesLeft(truncation: Fields | undefined, configs: readonly JsonObject[]): boolean {
  const side = configs.find((config) => config.truncation_side !== undefined)?.truncation_side;
  return side === undefined ? truncation?.raw.direction === "Left" : side === "left";
}
