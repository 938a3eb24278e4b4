import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BackboneConfig } from "./backbone.ts";
import { JsonFields } from "./jsonFields.ts";

/** Tokens of a text, as sentence-transformers: what the tokenizer's file says, within what the model has positions for. */
export function defaultLength(folder: string, config: BackboneConfig): number {
  const file = join(folder, "tokenizer_config.json");
  const limit = existsSync(file)
    ? JsonFields.read(file).number("model_max_length", Number.POSITIVE_INFINITY)
    : Infinity;
  return Math.min(limit, config.maxPositionEmbeddings);
}
