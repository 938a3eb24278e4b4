import { existsSync } from "node:fs";
import { join } from "node:path";
import { JsonFields } from "./jsonFields.ts";

/**
 * Whether a model's folder says that it holds a cross-encoder, of whatever architecture: by sentence-transformers 6, or
 * by an architecture that classifies.
 *
 * @throws {InputError} when a file of the folder is damaged
 */
export function isCrossEncoder(folder: string): boolean {
  const read = (name: string): Readonly<Record<string, unknown>> =>
    existsSync(join(folder, name)) ? JsonFields.read(join(folder, name)).raw : {};
  if (read("config_sentence_transformers.json").model_type === "CrossEncoder") return true;
  const architectures = [read("config.json").architectures].flat();
  // A sentence embedding model that began as a classifier says in modules.json what it became.
  return !existsSync(join(folder, "modules.json")) && /ForSequenceClassification$/.test(String(architectures[0]));
}
