import type { JsonObject } from "./fields.ts";

/** Everything about a tokenizer that is not learnt. */
export interface TrainedForm {
  /** The `tokenizer.json`, but for `vocab` and `merges` of its model. */
  json: JsonObject;
  /** The `tokenizer_config.json`. */
  config: JsonObject;
}

const MARK = "▁";

/**
 * The parts of a fresh BPE tokenizer.
 *
 * @param form          spelling, as in `trainBpe`
 * @param specialTokens ids 0, 1, ...
 * @param pattern       regular expression of a byte-level tokenizer; without one it cuts as GPT-2 does
 * @see Touvron et al. 2023, arXiv:2307.09288 (Llama 2); Radford et al. 2019 (GPT-2, byte level)
 */
export function trainedForm(
  form: "llama" | "metaspace" | "byteLevel",
  specialTokens: readonly string[],
  pattern?: string,
): TrainedForm {
  const added = specialTokens.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const base = { version: "1.0", truncation: null, padding: null, added_tokens: added };
  if (form === "byteLevel") {
    const preTokenizer = byteLevelPreTokenizer(pattern);
    const level = { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: true };
    const json = {
      ...base,
      normalizer: null,
      pre_tokenizer: preTokenizer,
      post_processor: level,
      decoder: level,
      model: bpe(null, false),
    };
    const end = specialTokens.at(-1);
    return { json, config: config({ bos_token: end, eos_token: end, pad_token: end }) };
  }
  const [unk, bos, eos] = ["<unk>", "<s>", "</s>"].map((token) => (specialTokens.includes(token) ? token : null));
  const metaspace = { type: "Metaspace", replacement: MARK, prepend_scheme: "always", split: true };
  const normalizers = [
    { type: "Prepend", prepend: MARK },
    { type: "Replace", pattern: { String: " " }, content: MARK },
  ];
  const json = {
    ...base,
    normalizer: form === "llama" ? { type: "Sequence", normalizers } : null,
    pre_tokenizer: form === "llama" ? null : metaspace,
    post_processor: bos === null ? null : beginWith(bos, specialTokens.indexOf(bos)),
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: MARK }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: bpe(unk, true),
  };
  const roles = { bos_token: bos, eos_token: eos, unk_token: unk, pad_token: unk ?? eos };
  return { json, config: config(roles) };
}

function bpe(unk: string | null, byteFallback: boolean): JsonObject {
  return {
    type: "BPE",
    dropout: null,
    unk_token: unk,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: byteFallback,
    byte_fallback: byteFallback,
    ignore_merges: false,
  };
}

function byteLevelPreTokenizer(pattern: string | undefined): JsonObject {
  const level = { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: pattern === undefined };
  if (pattern === undefined) return level;
  const split = { type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false };
  return { type: "Sequence", pretokenizers: [split, level] };
}

function beginWith(token: string, id: number): JsonObject {
  const special = { SpecialToken: { id: token, type_id: 0 } };
  const sequence = (name: string, type: number): JsonObject => ({ Sequence: { id: name, type_id: type } });
  return {
    type: "TemplateProcessing",
    single: [special, sequence("A", 0)],
    pair: [special, sequence("A", 0), { SpecialToken: { id: token, type_id: 1 } }, sequence("B", 1)],
    special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
  };
}

function config(roles: JsonObject): JsonObject {
  const named = Object.entries(roles).filter(([, token]) => token !== null && token !== undefined);
  return {
    tokenizer_class: "PreTrainedTokenizerFast",
    clean_up_tokenization_spaces: false,
    padding_side: "right",
    ...Object.fromEntries(named),
  };
}
