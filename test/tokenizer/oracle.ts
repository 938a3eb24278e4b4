import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { buildTokenizer } from "../../src/tokenizer/buildTokenizer.ts";
import type { JsonObject } from "../../src/tokenizer/fields.ts";
import type { Tokenizer } from "../../src/tokenizer/tokenizer.ts";

/** The Rust library itself, through its npm package: the reference of these tests. */
const hugging = createRequire(import.meta.url)("tokenizers") as typeof import("tokenizers");

/** The parsed content of a fixture; a fresh copy at each call. */
export function fixture(name: string): JsonObject {
  const path = fileURLToPath(new URL(`../fixtures/tokenizer/${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(path, "utf8")) as JsonObject;
}

/** Hugging Face's tokenizer of a JSON, without the padding and truncation that it may set. */
export function reference(json: unknown): import("tokenizers").Tokenizer {
  const tokenizer = hugging.Tokenizer.fromString(typeof json === "string" ? json : JSON.stringify(json));
  tokenizer.disablePadding();
  tokenizer.disableTruncation();
  return tokenizer;
}

/** Fails unless our tokenizer of `json` gives the reference's ids for each text, and, if wanted, its decoded texts. */
export async function assertSame(json: unknown, texts: readonly string[], decoding = true): Promise<Tokenizer> {
  const ours = buildTokenizer("test", typeof json === "string" ? JSON.parse(json) : json);
  const theirs = reference(json);
  for (const text of texts) {
    const wanted = (await theirs.encode(text.toWellFormed())).getIds();
    const label = `ids of ${JSON.stringify(text.slice(0, 200))}`;
    assert.deepEqual(ours.encode(text), wanted, label);
    if (!decoding) continue;
    for (const skipSpecialTokens of [false, true]) {
      const decoded = await theirs.decode(wanted, skipSpecialTokens);
      assert.equal(ours.decode(wanted, { skipSpecialTokens }), decoded, `decoded ${label}`);
    }
  }
  return ours;
}

export { hugging };
