import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError } from "../base/errors.ts";
import { buildTokenizer } from "./buildTokenizer.ts";
import { Fields } from "./fields.ts";
import type { Tokenizer } from "./tokenizer.ts";

/**
 * Loads a Hugging Face tokenizer.
 *
 * Models: BPE (byte fallback as in Llama-2 and Mistral, byte level as in Llama-3 and Qwen) and WordPiece. The roles
 * of special tokens come from `tokenizer_config.json` and `special_tokens_map.json` beside the file.
 *
 * @param path a `tokenizer.json`, or the folder that holds it
 * @throws     {InputError} naming the file and the part that is missing, malformed or not supported
 */
export function loadTokenizer(path: string): Tokenizer {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "tokenizer.json") : path;
  if (!existsSync(file))
    throw new InputError(
      file,
      "there is no such file",
      "Give a tokenizer.json, or the folder of a model that has one.",
    );
  const folder = dirname(file);
  const configs = ["tokenizer_config.json", "special_tokens_map.json"]
    .map((name) => join(folder, name))
    .filter((config) => existsSync(config))
    .map((config) => new Fields(config, basename(config), readJson(config)).raw);
  return buildTokenizer(file, readJson(file), configs);
}

function readJson(file: string): unknown {
  const text = readFileSync(file, "utf8");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(
      file,
      `not valid JSON (${(cause as Error).message})`,
      "The file may be cut short: fetch it again.",
      {
        cause,
      },
    );
  }
}
