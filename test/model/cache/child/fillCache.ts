import { EmbeddingCache } from "../../../../src/model/cache/embeddingCache.ts";

// Puts vectors of the texts FIRST .. FIRST + COUNT into a cache, a few at a time, and says after each put how many
// are in. `fillCache.ts FOLDER FIRST COUNT`

const [folder, first, count] = process.argv.slice(2);
const key = { key: "a".repeat(64), weights: "", tokenizer: "", settings: "", dimension: 8 };
const cache = new EmbeddingCache(key, { folder });
for (let at = 0; at < Number(count); at += 5) {
  const texts = Array.from({ length: 5 }, (_, i) => `text ${Number(first) + at + i}`);
  cache.put(texts, Float32Array.from(texts.flatMap((text) => Array(8).fill(Number(text.slice(5))))));
  process.stdout.write(`${at + 5}\n`);
}
