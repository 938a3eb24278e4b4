import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { QuestionRow } from "../../../src/data/readPoolRows.ts";
import { comparableText } from "../../../src/eval/protocol/comparableText.ts";
import { correctedRag } from "../../../src/eval/protocol/correctedRag.ts";
import { correctedSimilarity } from "../../../src/eval/protocol/correctedSimilarity.ts";
import { paperHit } from "../../../src/eval/protocol/paperHit.ts";
import { paperRag } from "../../../src/eval/protocol/paperRag.ts";
import { paperSimilarity } from "../../../src/eval/protocol/paperSimilarity.ts";
import type { Protocol } from "../../../src/eval/protocol/protocol.ts";
import { rowOf } from "./pool.ts";

/** Search id -> ids of what it should find. */
function wanted({ documents, searches }: Protocol): Record<string, string[]> {
  const named = ([...places]: Iterable<number>): string[] => places.map((place) => documents[place].id).sort();
  return Object.fromEntries(searches.map(({ id, relevant }) => [id, named(relevant.keys())]));
}

describe("the paper's self rule", () => {
  const search = (self: number, target: number) => {
    return { id: "", text: "", group: "", self, relevant: new Map([[target, 1]]) };
  };

  it("looks one place further when the searching text is among the first k, and only then", () => {
    // the text itself at rank 1, what counts at rank 2
    assert.deepEqual(
      [1, 2].map((k) => paperHit([7, 4, 5, 6], search(7, 4), k)),
      [1, 1],
    );
    // the text itself at rank 3: too late for k 1 and 2
    assert.deepEqual(
      [1, 2, 3].map((k) => paperHit([5, 6, 7, 4], search(7, 4), k)),
      [0, 0, 1],
    );
    // not in the ranking at all
    assert.deepEqual(
      [3, 4].map((k) => paperHit([1, 2, 3, 4], search(7, 4), k)),
      [0, 1],
    );
    // a positive that is its own query finds itself
    assert.equal(paperHit([4, 1], search(4, 4), 1), 1);
    // a pool no larger than k
    assert.equal(paperHit([7, 4], search(7, 4), 2), 1);
  });
});

describe("the similarity task", () => {
  const rows = [
    rowOf("x", "Satu.", ["dua", "tiga"], ["SATU"]),
    rowOf("y", "empat", ["tiga", "lima"], []),
    rowOf("z", "enam", ["Enam!"], []),
  ];

  it("of the paper: a positive wants its row's query string and nothing else, once for each row", () => {
    const paper = paperSimilarity(rows);
    assert.deepEqual(
      paper.documents.map(({ text }) => text),
      ["Satu.", "dua", "tiga", "SATU", "empat", "lima", "enam", "Enam!"],
    );
    assert.deepEqual(wanted(paper), {
      "x/pos0": ["x/query"],
      "x/pos1": ["x/query"],
      "y/pos0": ["y/query"],
      "y/pos1": ["y/query"],
      "z/pos0": ["z/query"],
    });
    // four searches with two texts to choose from, one with one
    assert.equal(paper.ceiling(1), (4 / 2 + 1) / 5);
    assert.equal(paper.ceiling(2), 1);
  });

  it("corrected: any text of its groups but itself, copies merged, a group of one left out", () => {
    const corrected = correctedSimilarity(rows);
    assert.deepEqual(
      corrected.documents.map(({ text }) => text),
      ["Satu.", "dua", "tiga", "empat", "lima", "enam"],
    );
    assert.deepEqual(wanted(corrected), {
      "x/pos0": ["x/pos1", "x/query"],
      // stands in two rows
      "x/pos1": ["x/pos0", "x/query", "y/pos1", "y/query"],
      "y/pos1": ["x/pos1", "y/query"],
    });
    for (const { self, relevant } of corrected.searches) assert.ok(!relevant.has(self!), "a text must not find itself");
    // rows that share a text are drawn together
    assert.equal(new Set(corrected.searches.map(({ group }) => group)).size, 1);
    assert.match(corrected.notes.join(" "), /2 texts were merged .* 1 were left out/);
  });

  it("corrected: rows of one named group belong together", () => {
    const grouped = [rowOf("x", "satu", ["dua"], []), { ...rowOf("y", "tiga", ["empat"], []), group: "x" }];
    assert.deepEqual(wanted(correctedSimilarity(grouped))["x/pos0"], ["x/query", "y/pos0", "y/query"]);
  });

  it("draws rows of one topic together, though they do not find each other", () => {
    const topical = ["x", "y", "z"].map((id, i) => ({
      ...rowOf(id, `q${id}`, [`p${id}`], []),
      topic: i < 2 ? "a" : "b",
    }));
    for (const make of [paperSimilarity, correctedSimilarity]) {
      const { searches } = make(topical);
      const [x, y, z] = searches.map(({ group }) => group);
      assert.ok(x === y && y !== z, `${x}, ${y}, ${z}`);
      for (const { relevant } of searches) assert.equal(relevant.size, 1);
    }
  });

  it("takes its pool from the first 1,000 rows, and scores a later row when its query stands there", () => {
    const many = Array.from({ length: 1000 }, (_, i) => rowOf(`r${i}`, `q${i}`, [`p${i}`], []));
    const later = [rowOf("in", "q5", ["p9", "new"], []), rowOf("out", "elsewhere", ["p3"], [])];
    const paper = paperSimilarity([...many, ...later]);
    assert.equal(paper.documents.length, 2000);
    assert.equal(paper.searches.length, 1001);
    assert.deepEqual(wanted(paper)["in/pos0"], ["r5/query"]);
    assert.match(paper.notes[1], /1001 positives search, 1 of them of later rows.* 1 rows .* 1 positives that are not/);
    const corrected = correctedSimilarity([...many, ...later]);
    assert.deepEqual([corrected.documents.length, corrected.searches.length], [2000, 1000]);
    // the later row says that p9 and q5 mean the same
    assert.deepEqual(wanted(corrected)["r9/pos0"], ["r5/query", "r9/query"]);
  });
});

describe("the RAG task", () => {
  const ask = (id: string, question: string, context: string): QuestionRow => ({ id, question, context, group: id });
  const rows = [
    ask("1", "Apa?", "Ini."),
    ask("2", "Di mana?", "ini"),
    ask("3", "apa", "Itu."),
    ask("4", "Siapa?", "Itu."),
  ];

  it("of the paper: context i only, though another may hold the same words", () => {
    const paper = paperRag({ rows });
    assert.deepEqual(wanted(paper), { "1": ["1"], "2": ["2"], "3": ["3"], "4": ["4"] });
    assert.equal(paper.documents.length, 4);
    // only contexts that are equal to the letter tie
    assert.equal(paper.ceiling(1), (1 + 1 + 0.5 + 0.5) / 4);
  });

  it("corrected: equal contexts are one, equal questions ask once and take either's answer", () => {
    const corrected = correctedRag({ rows, others: [{ id: "5", text: "Lain." }] });
    assert.deepEqual(
      corrected.documents.map(({ id }) => id),
      ["1", "3", "5"],
    );
    assert.deepEqual(wanted(corrected), { "1": ["1", "3"], "2": ["1"], "4": ["3"] });
    assert.equal(new Set(corrected.searches.map(({ group }) => group)).size, 1);
  });

  it("refuses an empty pool and duplicate ids", () => {
    for (const make of [paperRag, correctedRag]) {
      assert.throws(() => make({ rows: [] }), /the pool is empty/);
      assert.throws(() => make({ rows: [rows[0], rows[0]] }), /two rows have the id "1"/);
      assert.throws(() => make({ rows, others: [{ id: "4", text: "x" }] }), /two rows have the id "4"/);
    }
  });
});

describe("comparableText", () => {
  it("sees through case, punctuation, spaces and Unicode forms, and through nothing else", () => {
    assert.equal(comparableText("  Apa   khabar, Ali?! "), comparableText("apa khabar ali"));
    assert.equal(comparableText("ｆｕｌｌ"), "full");
    for (const [a, b] of [
      ["RM3.50", "RM350"],
      ["makan", "makanan"],
      ["..", "!!"],
      ["ok 👍", "ok 👎"],
    ])
      assert.notEqual(comparableText(a), comparableText(b), `${a} and ${b}`);
  });
});
