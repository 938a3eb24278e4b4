import { existsSync } from "node:fs";
import { join } from "node:path";
import { JsonFields } from "./jsonFields.ts";

/** A transformer's folder, and how sentence-transformers gives it its texts. */
export interface TransformerModule {
  /** The folder of the transformer. */
  backbone: string;
  /** Tokens of a text, special ones included; undefined: see the tokenizer and the model. */
  maxLength: number | undefined;
  /** Texts are lower-cased before the tokenizer sees them. */
  lowerCase: boolean;
}

/** Reads the `sentence_bert_config.json` of a transformer's folder, where there is one. */
export function readTransformer(path: string): TransformerModule {
  const file = join(path, "sentence_bert_config.json");
  if (!existsSync(file)) return { backbone: path, maxLength: undefined, lowerCase: false };
  const fields = JsonFields.read(file);
  return {
    backbone: path,
    maxLength: fields.has("max_seq_length") ? fields.count("max_seq_length") : undefined,
    lowerCase: fields.boolean("do_lower_case", false),
  };
}
