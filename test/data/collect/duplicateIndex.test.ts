import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { Random } from "../../../src/base/random.ts";
import { DuplicateIndex, type IndexedRow } from "../../../src/data/collect/duplicateIndex.ts";
import { KeyChains } from "../../../src/data/collect/keyChains.ts";

const dir = mkdtempSync(join(tmpdir(), "sulam-duplicates-"));
after(() => rmSync(dir, { recursive: true, force: true }));
let files = 0;

function open(near?: number): DuplicateIndex<IndexedRow> {
  return new DuplicateIndex(join(dir, `${files++}`), near);
}

/** Takes each row that is new. @returns for each row, its number in the index or what it repeats */
function feed(index: DuplicateIndex<IndexedRow>, rows: IndexedRow[]) {
  return rows.map((row) => {
    const look = index.look(row);
    return look.duplicate ?? index.take(look);
  });
}

/** Word trigrams and Jaccard similarity, written anew and slowly: all pairs of n-grams. */
function bruteJaccard(a: string, b: string): number {
  const grams = (text: string): string[] => {
    const words = text.split(" ");
    const all = words.length < 4 ? [text] : words.slice(2).map((_, i) => words.slice(i, i + 3).join("_"));
    return all.filter((gram, i) => all.indexOf(gram) === i);
  };
  const [x, y] = [grams(a), grams(b)];
  const both = x.filter((gram) => y.includes(gram)).length;
  return both / (x.length + y.length - both);
}

/** A text of random words, or an earlier one with a few words changed, added or cut off. */
function fuzzTexts(seed: number, count: number): string[] {
  const random = new Random(seed);
  const word = (): string => `kata${random.int(400)}`;
  const texts: string[] = [];
  while (texts.length < count) {
    if (texts.length < 5 || random.uniform() < 0.3) {
      texts.push(Array.from({ length: 1 + random.int(60) }, word).join(" "));
      continue;
    }
    const words = texts[random.int(texts.length)].split(" ");
    for (let edits = random.int(4); edits > 0; edits--) words[random.int(words.length)] = word();
    if (random.uniform() < 0.3) words.push(word());
    if (random.uniform() < 0.2 && words.length > 1) words.pop();
    texts.push(words.join(" "));
  }
  return texts;
}

describe("DuplicateIndex", () => {
  for (const near of [0.6, 0.8, 0.9])
    it(`removes only what a brute-force Jaccard of ${near} confirms, and misses fewer than 1 in 10 of those`, () => {
      let [due, missed, removed] = [0, 0, 0];
      for (let seed = 0; seed < 8; seed++) {
        const index = open(near);
        const texts = fuzzTexts(seed, 150);
        const kept: string[] = [];
        for (const [i, passage] of texts.entries()) {
          const [found] = feed(index, [{ passage, queries: [] }]);
          const best = Math.max(0, ...kept.map((other) => bruteJaccard(passage, other)));
          if (best >= near) due++;
          if (typeof found === "number") {
            if (best >= near) missed++;
            kept.push(passage);
            continue;
          }
          removed++;
          const similarity = bruteJaccard(passage, kept[found.of]);
          assert.ok(Math.abs(similarity - found.similarity) < 1e-12, `${seed}/${i}: ${similarity} ${found.similarity}`);
          assert.ok(similarity >= near, `${seed}/${i}: removed at ${similarity}`);
          assert.equal(found.kind, passage === kept[found.of] ? "exact" : "near");
        }
        index.close();
      }
      assert.ok(due > 150 && removed > 150, `${due} were due, ${removed} removed: the texts test nothing`);
      // at .6 a pair shares a band with probability .56 to 1; above it hardly any is missed
      assert.ok(missed / due < (near < 0.8 ? 0.25 : 0.1), `${missed} of ${due} were missed`);
    });

  it("finds rows that differ in case, punctuation or Unicode form, whatever their length", () => {
    const index = open(0.8);
    const found = feed(index, [
      { passage: "Ya.", queries: [] },
      { passage: "ya", queries: [] },
      { passage: "Café, di Melaka!", queries: [] },
      { passage: "cafe\u0301 di melaka", queries: [] },
      { passage: "!!!", queries: [] },
      { passage: "???", queries: [] },
      { passage: "我爱马来西亚", queries: [] },
      { passage: "我爱印度尼西亚", queries: [] },
    ]);
    const kinds = found.map((verdict) => (typeof verdict === "number" ? "new" : `${verdict.kind} ${verdict.of}`));
    assert.deepEqual(kinds, ["new", "near 0", "new", "near 1", "new", "new", "new", "new"]);
    index.close();
  });

  it("keeps two questions about one text, in one group, and removes the third that repeats the first", () => {
    const index = open(0.8);
    const found = feed(index, [
      { passage: "Ibu kota Malaysia ialah Kuala Lumpur.", queries: ["Apa ibu kota Malaysia?"] },
      { passage: "Ibu kota Malaysia ialah Kuala Lumpur.", queries: ["Di mana Kuala Lumpur?"] },
      { passage: "Ibu kota Malaysia ialah Kuala Lumpur", queries: ["apa ibu kota malaysia"] },
      { passage: "Johor Bahru di selatan.", queries: ["Di mana Kuala Lumpur?"] },
      { passage: "Pulau Pinang di utara.", queries: ["Di mana Pulau Pinang?"] },
    ]);
    assert.deepEqual(found, [0, 1, { kind: "near", of: 0, similarity: 1 }, 2, 3]);
    assert.deepEqual(
      [0, 1, 2, 3].map((row) => index.groupOf(row)),
      [0, 0, 0, 3],
    );
    index.close();
  });

  it("puts rows of one named group together, and groups that share a text", () => {
    const index = open(0.8);
    feed(index, [
      { passage: "satu", queries: [], group: "a" },
      { passage: "dua", queries: [], group: "b" },
      { passage: "tiga", queries: [], group: "a" },
      { passage: "empat", queries: ["?"], group: "c" },
      { passage: "dua", queries: ["apa"], group: "c" },
    ]);
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((row) => index.groupOf(row)),
      [0, 1, 0, 1, 1],
    );
    index.close();
  });

  it("compares letters only when near duplicates are not wanted", () => {
    const index = open(undefined);
    const found = feed(index, [
      { passage: "Ya.", queries: [] },
      { passage: "ya", queries: [] },
      { passage: "Ya.", queries: [] },
    ]);
    assert.deepEqual(found, [0, 1, { kind: "exact", of: 0, similarity: 1 }]);
    index.close();
  });

  it("says when a row was alike to more others by its hashes than it may read", () => {
    const index = open(0.999);
    const shared = Array.from({ length: 400 }, (_, i) => `kata${i}`).join(" ");
    feed(
      index,
      Array.from({ length: 80 }, (_, i) => ({ passage: `${shared} lain${i}`, queries: [] })),
    );
    assert.equal(index.rows, 80);
    assert.ok(index.bounded > 0 && index.bounded < 80, `${index.bounded} rows were bounded`);
    index.close();
  });

  it("takes less than 1 GB for 10 M rows, ids included, by the sizes of its arrays", () => {
    const index = open(0.8);
    feed(
      index,
      Array.from({ length: 70_000 }, (_, i) => ({
        passage: `teks ${i} ${i * 7}`,
        queries: [`soal ${i}`],
        group: `g${i}`,
      })),
    );
    assert.equal(index.rows, 70_000);
    assert.equal(index.bytes, DuplicateIndex.bytesFor(70_000));
    index.close();
    const all = DuplicateIndex.bytesFor(10_000_000) + KeyChains.bytesFor(10_000_000);
    assert.ok(all > 500e6 && all < 1e9, `${all} bytes`);
  });
});
