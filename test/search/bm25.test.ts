import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { loadDataset } from "../../src/data/loadDataset.ts";
import { Bm25 } from "../../src/search/bm25.ts";
import { selectTop } from "../../src/search/selectTop.ts";
import { tokens } from "../../src/search/tokens.ts";

const fixture = fileURLToPath(new URL("../fixtures/search/", import.meta.url));
const malay = await loadDataset("malay-mini");

/** The table of datasets/malay-mini/README.md: field -> [n, R@1, R@3, R@5, R@10]. */
function cardFigures(): Map<string, number[]> {
  const card = readFileSync(new URL("../../datasets/malay-mini/README.md", import.meta.url), "utf8");
  const lines = [...card.matchAll(/^\| (\w+) \| (\d+) \| ([.\d]+) \| ([.\d]+) \| ([.\d]+) \| ([.\d]+) \|$/gm)];
  return new Map(lines.map((line) => [line[1], line.slice(2).map(Number)]));
}

describe("Bm25", () => {
  const figures = cardFigures();
  const index = new Bm25(malay.passages.map(({ text }) => text));

  it("has the card's figures for all seven query fields", () => {
    assert.deepEqual([...figures.keys()], malay.queryFields);
  });
  for (const [field, [n, ...recalls]] of figures) {
    it(`gives the card's Recall@1, 3, 5 and 10 for ${field}`, () => {
      const ranks = malay.rows.flatMap((row, gold) =>
        row[field] === "" ? [] : [Array.from(selectTop(index.scores(row[field]), 10).indices).indexOf(gold)],
      );
      assert.equal(ranks.length, n);
      for (const [i, k] of [1, 3, 5, 10].entries()) {
        const recall = ranks.filter((rank) => rank >= 0 && rank < k).length / n;
        assert.ok(Math.abs(recall - recalls[i]) <= 0.0005 + 1e-9, `R@${k} ${recall}, the card says ${recalls[i]}`);
      }
    });
  }

  it("gives the scores of the Python reference for odd texts", () => {
    const { texts, queries, settings, scores } = JSON.parse(readFileSync(`${fixture}bm25.json`, "utf8"));
    for (const [s, [k1, b]] of settings.entries()) {
      const small = new Bm25(texts, { k1, b });
      for (const [q, query] of queries.entries())
        for (const [i, score] of small.scores(query).entries())
          assert.ok(Math.abs(score - scores[s][q][i]) <= 1e-6 * (1 + score), `${query} in ${texts[i]}: ${score}`);
    }
  });

  it("scores the textbook case worked by hand", () => {
    // N 2, mean length 2; "a" stands in both: idf ln(1.2), in text 0 twice of 2 tokens, in text 1 once of 2.
    const scores = new Bm25(["a a", "a b"], { k1: 1.2, b: 0.75 }).scores("a a zzz");
    assert.ok(Math.abs(scores[0] - (Math.log(1.2) * 2 * 2.2) / (2 + 1.2)) < 1e-7);
    assert.ok(Math.abs(scores[1] - Math.log(1.2)) < 1e-7);
  });

  it("scores 0 everywhere for a query without a known token, and for a pool without tokens", () => {
    assert.deepEqual(Array.from(index.scores("zzz !!").subarray(0, 3)), [0, 0, 0]);
    assert.deepEqual(Array.from(new Bm25(["", "!"]).scores("a")), [0, 0]);
  });

  it("refuses an empty pool and settings out of range", () => {
    assert.throws(() => new Bm25([]), /Bm25: the pool is empty/);
    assert.throws(() => new Bm25(["a"], { b: 2 }), /k1 must be >= 0 and b in 0 \.\. 1, got 1.2 and 2/);
    assert.throws(() => new Bm25(["a"], { k1: Number.NaN }), /k1 must be >= 0/);
  });
});

describe("tokens", () => {
  it("cuts as Python's \\w+ does, lower-cased", () => {
    const { cuts } = JSON.parse(readFileSync(`${fixture}bm25.json`, "utf8"));
    assert.ok(cuts.length > 10);
    for (const [text, words] of cuts) assert.deepEqual(tokens(text), words, JSON.stringify(text));
  });
});
