import { createHash } from "node:crypto";
import type { EmbedderParts } from "./embedder.ts";

/**
 * sha256 in hex of all that decides a text's vector: weights, config, pooling, head, tokenizer, prompt, lower case and
 * length. Two embedders of the same identity give the same vectors on one machine.
 */
export function identity(parts: EmbedderParts): string {
  const { engine, tokenizer, params, rawConfig, pooling, head, maxLength, lowerCase, prompt } = parts;
  const hash = createHash("sha256");
  hash.update(`${JSON.stringify([rawConfig, pooling, head, maxLength, lowerCase, prompt])}\n`);
  hash.update(`${tokenizer.toJson()}\n`);
  for (const name of [...params.keys()].sort()) {
    const tensor = params.get(name)!;
    hash.update(`${name} [${tensor.shape.join()}]\n`);
    hash.update(engine.toFloat32(tensor));
  }
  return hash.digest("hex");
}
