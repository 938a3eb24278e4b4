import { existsSync } from "node:fs";
import { join } from "node:path";
import { JsonFields } from "./jsonFields.ts";

/** The prompt that sentence-transformers puts before every text when none is chosen; empty where there is none. */
export function defaultPrompt(folder: string): string {
  const file = join(folder, "config_sentence_transformers.json");
  if (!existsSync(file)) return "";
  const fields = JsonFields.read(file);
  if (!fields.has("default_prompt_name")) return "";
  return fields.object("prompts")?.string(fields.string("default_prompt_name"), "") ?? "";
}
