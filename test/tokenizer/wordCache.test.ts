import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { IdBuffer } from "../../src/tokenizer/idBuffer.ts";
import { WordCache } from "../../src/tokenizer/wordCache.ts";
import type { WordModel } from "../../src/tokenizer/wordModel.ts";

/** A model whose ids are the word's units, and which counts its calls. */
class Units implements WordModel {
  calls = 0;

  tokenize(chars: Uint16Array, from: number, to: number, out: IdBuffer): void {
    this.calls++;
    for (let i = from; i < to; i++) out.push(chars[i]);
  }
}

function idsOf(cache: WordCache, word: string): number[] {
  const out = new IdBuffer();
  out.push(-7);
  cache.encodeText(`<${word}>`, 1, word.length + 1, out);
  return out.slice(1, out.length);
}

const units = (word: string): number[] => Array.from(word, (_, i) => word.charCodeAt(i));

/** The FNV-1a step that the cache uses, worked out here from its definition. */
const hashOf = (word: string): number =>
  units(word).reduce((hash, unit) => Math.imul(hash ^ unit, 0x01000193), 0x811c9dc5 | 0);

test("a word and its own beginning have their own ids though they share a hash", () => {
  let found: [string, string] | undefined;
  for (let i = 0; found === undefined; i++) {
    const word = String.fromCharCode(0x100 + (i % 5000), 0x100 + Math.floor(i / 5000));
    // (hash ^ unit) * step = hash has one solution for unit; now and then it is small enough to be a unit.
    const unit = hashOf(word) ^ Math.imul(hashOf(word), 0x359c449b);
    if (unit > 0 && unit < 0xd800) found = [word, word + String.fromCharCode(unit)];
  }
  assert.equal(hashOf(found[0]), hashOf(found[1]));
  for (const pair of [found, [...found].reverse()]) {
    const cache = new WordCache(new Units());
    for (let round = 0; round < 2; round++) for (const word of pair) assert.deepEqual(idsOf(cache, word), units(word));
  }
});

test("a word is asked of the model once", () => {
  const model = new Units();
  const cache = new WordCache(model);
  for (let round = 0; round < 3; round++)
    for (const word of ["a", "b", "ab", "ba", "x".repeat(64), "\u2581kata"])
      assert.deepEqual(idsOf(cache, word), units(word));
  assert.equal(model.calls, 6);
});

test("words that are too long for the cache, and empty ones, are right too", () => {
  const model = new Units();
  const cache = new WordCache(model);
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(idsOf(cache, "y".repeat(65)), units("y".repeat(65)));
    assert.deepEqual(idsOf(cache, ""), []);
  }
  assert.equal(model.calls, 2);
});

test("memory stays within its bound however many words come, and ids stay right when the cache starts anew", () => {
  const cache = new WordCache(new Units(), 1 << 14);
  const random = new Random(3);
  const bytes = (): number =>
    Object.values(cache).reduce((sum: number, value) => sum + (ArrayBuffer.isView(value) ? value.byteLength : 0), 0);
  for (let i = 0; i < 60_000; i++) {
    const word = random
      .uint32()
      .toString(36)
      .repeat(i < 40_000 ? 1 : 1 + random.int(9));
    assert.deepEqual(idsOf(cache, word), units(word));
    if (i % 1000 === 0) assert.ok(bytes() <= 96 << 14, `${bytes()} bytes after ${i} words`);
  }
});
