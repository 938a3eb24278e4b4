import { Bpe } from "./bpe.ts";
import type { Fields } from "./fields.ts";
import type { Vocabulary } from "./vocabulary.ts";
import type { WordModel } from "./wordModel.ts";
import { WordPiece } from "./wordPiece.ts";

const MODELS = ["BPE", "WordPiece"];

/**
 * The model of a `model` part.
 *
 * @param bytes it is given text and spells the bytes itself; else it is given what the pre-tokenizer made
 * @throws      {InputError} when its type is unknown, a field is wrong, or a merge needs a token that is not there
 */
export function readModel(part: Fields, vocabulary: Vocabulary, bytes: boolean): WordModel {
  checkModelType(part);
  return typeOf(part) === "BPE" ? readBpe(part, vocabulary, bytes) : readWordPiece(part, vocabulary);
}

/** Before the vocabulary is read: that of another type may have another form. @throws {InputError} unknown type */
export function checkModelType(part: Fields): void {
  if (!MODELS.includes(typeOf(part))) throw part.unknownType(MODELS);
}

/** Can the model spell the bytes of the byte-level alphabet itself? */
export function spellsBytes(part: Fields): boolean {
  const affixed = part.optionalString("continuing_subword_prefix") || part.optionalString("end_of_word_suffix");
  return typeOf(part) === "BPE" && !affixed;
}

/** Old files do not name the type of a BPE model. */
function typeOf(part: Fields): string {
  return part.string("type", part.has("merges") ? "BPE" : undefined);
}

function readBpe(part: Fields, vocabulary: Vocabulary, bytes: boolean): Bpe {
  if (part.has("dropout") && part.raw.dropout !== 0)
    throw part.error("`model.dropout` makes the ids random, which is not supported");
  return new Bpe(vocabulary, {
    who: part.who,
    merges: readMerges(part),
    unkToken: part.optionalString("unk_token"),
    fuseUnk: part.boolean("fuse_unk", false),
    byteFallback: part.boolean("byte_fallback", false),
    ignoreMerges: part.boolean("ignore_merges", false),
    continuingSubwordPrefix: part.optionalString("continuing_subword_prefix") ?? "",
    endOfWordSuffix: part.optionalString("end_of_word_suffix") ?? "",
    alphabet: bytes ? "bytes" : "chars",
  });
}

/** Each merge is `["a", "b"]`, or `"a b"` in older files. */
function readMerges(part: Fields): [string, string][] {
  return part.array("merges").map((merge, i) => {
    const pair = typeof merge === "string" ? merge.split(" ") : merge;
    if (Array.isArray(pair) && pair.length === 2 && pair.every((token) => typeof token === "string"))
      return pair as [string, string];
    throw part.error(`\`model.merges[${i}]\` must be two tokens, got ${JSON.stringify(merge)}`);
  });
}

function readWordPiece(part: Fields, vocabulary: Vocabulary): WordPiece {
  const options = {
    unkToken: part.string("unk_token", "[UNK]"),
    continuingSubwordPrefix: part.string("continuing_subword_prefix", "##"),
    maxInputCharsPerWord: part.count("max_input_chars_per_word", 100),
  };
  return new WordPiece(vocabulary, options, part.who);
}
