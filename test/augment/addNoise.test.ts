import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { addNoise } from "../../src/augment/addNoise.ts";
import { loadNoiseTables, type NoiseTables } from "../../src/augment/loadNoiseTables.ts";
import { splitWords } from "../../src/augment/splitWords.ts";
import { Random } from "../../src/base/random.ts";
import { loadDataset } from "../../src/data/loadDataset.ts";

let tables: NoiseTables;
let texts: string[];
before(async () => {
  tables = await loadNoiseTables();
  const { rows } = await loadDataset("malay-mini");
  texts = rows.filter((_, i) => i % 10 === 0).flatMap(({ query, queryColloquial }) => [query, queryColloquial]);
});

describe("the noise model", () => {
  test("the same seed gives the same text, another seed another; strength 0 gives the text itself", () => {
    let differ = 0;
    for (const text of texts) {
      const noised = addNoise(text, tables, { strength: 0.5, seed: 7 });
      assert.equal(addNoise(text, tables, { strength: 0.5, seed: 7 }), noised);
      if (addNoise(text, tables, { strength: 0.5, seed: 8 }) !== noised) differ++;
      assert.equal(addNoise(text, tables, { strength: 0, seed: 7 }), text);
    }
    assert.ok(differ > texts.length * 0.9, `only ${differ} of ${texts.length} differ`);
  });

  test("typing alone changes the asked share of the words that it can change", () => {
    for (const strength of [0.2, 0.5, 1]) {
      let [changed, all] = [0, 0];
      for (const text of texts) {
        const noised = addNoise(text, tables, { strength, seed: 1, kinds: ["typing"] });
        const words = text.split(" ");
        all += words.filter((word) => /^[a-z]{4,}[.,?]?$/i.test(word)).length;
        changed += noised
          .split(" ")
          .filter((word, i) => /^[a-z]{4,}[.,?]?$/i.test(words[i]) && word !== words[i]).length;
      }
      // four standard deviations of a binomial share
      const share = changed / all;
      const slack = 4 * Math.sqrt((strength * (1 - strength)) / all) + 1e-12;
      assert.ok(Math.abs(share - strength) <= slack, `asked ${strength}, got ${share} of ${all}`);
    }
  });

  test("what is changed at one strength is changed at every greater one", () => {
    for (const text of texts) {
      const at = [0.1, 0.3, 0.6, 1].map((strength) =>
        addNoise(text, tables, { strength, seed: 3, kinds: ["typing"] }).split(" "),
      );
      const words = text.split(" ");
      for (const [i, noised] of at.slice(0, -1).entries())
        for (const [j, word] of noised.entries()) if (word !== words[j]) assert.equal(at[i + 1][j], word);
    }
  });

  test("a table's words, phrases and endings stand in the text as the table has them", () => {
    const only = (kind: "shortform" | "manglish" | "dialect", text: string, dialect?: string): string =>
      addNoise(text, tables, { strength: 1, seed: 1, kinds: [kind], dialect });
    assert.equal(only("shortform", "yang"), "yg");
    assert.equal(only("shortform", "YANG Yang"), "YG Yg");
    assert.match(only("shortform", "Terima kasih"), /^(tq|time kasih|trima kasih)$/i);
    assert.equal(only("manglish", "percuma"), "free");
    assert.match(only("manglish", "lapangan terbang"), /^airport$/);
    // final -an is -e in Kelantan, -ang in Terengganu; final -s is -ih and final -r -q in Kedah
    assert.equal(only("dialect", "di makan", "kelantan"), "di make");
    assert.equal(only("dialect", "di makan", "terengganu"), "di makang");
    assert.equal(only("dialect", "di lepas lapar", "kedah"), "di lepaih lapaq");
    assert.equal(only("dialect", "di panas", "negeri-sembilan"), "di paneh");
    assert.equal(only("dialect", "woman and man", "kelantan"), "woman and man", "no Malay word, no Malay ending");
  });

  test("reduplication is the digit 2, at the end of a sentence a particle", () => {
    const shorten = (text: string): string =>
      addNoise(text, tables, { strength: 1, seed: 1, kinds: ["reduplication"] });
    assert.equal(
      shorten("Buku-buku, berjalan-jalan, kekanak-kanakan, sayur-mayur, e-mel"),
      "Buku2, berjalan2, kekanak2an, sayur-mayur, e-mel",
    );
    const end = (text: string): string => addNoise(text, tables, { strength: 1, seed: 1, kinds: ["particle"] });
    assert.match(end("Sudah siap. Mahal?"), /^Sudah siap [a-z]+\. Mahal (ke|eh|kan|weh|bro)\?$/);
    assert.match(end("sudah siap"), /^sudah siap [a-z]+$/);
    assert.match(end("Harga 3.5 sahaja. Ya"), /^Harga 3\.5 sahaja [a-z]+\. Ya [a-z]+$/);
  });

  test("addresses, numbers, names and other scripts come back as they were", () => {
    const text = "https://contoh.my/yang?dan=dia @pengguna #hujanlebat saya.dia@contoh.my RM25 2024 ผมไม่รู้ 如何申请？";
    assert.equal(addNoise(text, tables, { strength: 1, seed: 5 }), text);
    for (const word of ["ผมไม่รู้", "如何申请"]) assert.equal(addNoise(word, tables, { strength: 1, seed: 5 }), word);
    assert.equal(addNoise("", tables, { strength: 1, seed: 5 }), "");
  });

  test("a slip of the finger is one edit, and leaves the first letter", () => {
    for (let seed = 0; seed < 300; seed++) {
      const noised = addNoise("kehujanan", tables, { strength: 1, seed, kinds: ["typing"] });
      assert.notEqual(noised, "kehujanan");
      assert.equal(noised[0], "k");
      assert.ok(isOneEdit("kehujanan", noised), noised);
    }
  });

  test("pieces put together again give the text, whatever it is", () => {
    const random = new Random(1);
    const letters = [..."aB1 .-'@#/:?\nné้好😀"];
    for (let trial = 0; trial < 2000; trial++) {
      const text = Array.from({ length: random.int(20) }, () => letters[random.int(letters.length)]).join("");
      assert.equal(
        splitWords(text)
          .map((piece) => piece.text)
          .join(""),
        text,
      );
      const noised = addNoise(text, tables, { strength: 1, seed: trial });
      assert.equal(noised === "", text === "", JSON.stringify(text));
    }
  });

  test("options that mean nothing are refused", () => {
    const noise =
      (options: object): (() => string) =>
      () =>
        addNoise("teks", tables, { strength: 0.5, seed: 0, ...options });
    assert.throws(noise({ strength: 1.5 }), /addNoise: the strength must be in 0 \.\. 1, got 1\.5/);
    assert.throws(noise({ strength: Number.NaN }), /got NaN/);
    assert.throws(noise({ seed: 0.5 }), /whole number, got 0\.5/);
    assert.throws(noise({ kinds: ["dialek"] }), /a kind must be one of shortform, .*got dialek/);
    assert.throws(noise({ dialect: "johor" }), /the dialect must be one of kedah, kelantan, .*got johor/);
  });
});

/** Whether one insertion, deletion, replacement or swap of neighbours makes `b` of `a`. */
function isOneEdit(a: string, b: string): boolean {
  const start = [...a].findIndex((letter, i) => letter !== b[i]);
  const at = start < 0 ? a.length : start;
  const rests = [
    a.slice(at) === b.slice(at + 1),
    a.slice(at + 1) === b.slice(at),
    a.slice(at + 1) === b.slice(at + 1),
    a.slice(at + 2) === b.slice(at + 2) && a[at] === b[at + 1] && a[at + 1] === b[at],
  ];
  return rests.includes(true);
}
