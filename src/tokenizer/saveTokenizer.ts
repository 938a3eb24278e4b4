import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Tokenizer } from "./tokenizer.ts";

/**
 * Writes `tokenizer.json` and `tokenizer_config.json` into a folder that is there, for `loadTokenizer`, Hugging Face
 * `tokenizers` and `transformers`.
 *
 * @throws {Error} what `node:fs` throws when they cannot be written
 */
export function saveTokenizer(tokenizer: Tokenizer, folder: string): void {
  writeFileSync(join(folder, "tokenizer.json"), tokenizer.toJson());
  writeFileSync(join(folder, "tokenizer_config.json"), `${tokenizer.configJson()}\n`);
}
