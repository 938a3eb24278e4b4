import assert from "node:assert/strict";
import { test } from "node:test";
import { conclude } from "../../src/lab/conclude.ts";

const columns = ["system", "field", "recallAt1", "recallAt1Low", "recallAt1High"];
const bm25 = { kind: "bm25", k1: 1.2, b: 0.75 } as const;
const hybrid = { kind: "hybrid", dense: "zero", lexical: "bm25", weight: 1 } as const;

test("the best by the mean over fields is named, with the baselines beside it", () => {
  const rows = [
    ["bm25", "query", 0.5, 0.4, 0.6],
    ["bm25", "english", 0.3, 0.2, 0.4],
    ["zero", "query", 0.2, 0.1, 0.3],
    ["zero", "english", 0.4, 0.3, 0.5],
    ["hybrid", "query", 0.45, 0.3, 0.5],
    ["hybrid", "english", 0.55, 0.5, 0.6],
  ];
  const finding = conclude({ columns, rows }, { bm25, zero: { kind: "base" }, hybrid });
  assert.equal(finding, "hybrid finds most: R@1 .500, on average over 2 query fields (bm25 .400, zero .300).");
});

test("a table of one system and one field says just that; of equal systems the first is named", () => {
  const one = conclude({ columns, rows: [["bm25", "query", 1, 1, 1]] }, { bm25 });
  assert.equal(one, "bm25 finds most: R@1 1.000.");
  const tie = [
    ["bm25", "query", 0.5, 0.4, 0.6],
    ["zero", "query", 0.5, 0.4, 0.6],
  ];
  assert.match(conclude({ columns, rows: tie }, { bm25, zero: { kind: "base" } }), /^bm25 finds most/);
});

test("where a baseline finds most, the best of the others stands beside it", () => {
  const weaker = { ...hybrid, weight: 0.1 };
  const rows = [
    ["weaker", "query", 0.1, 0, 0.2],
    ["hybrid", "query", 0.3, 0.2, 0.4],
    ["bm25", "query", 0.5, 0.4, 0.6],
    ["zero", "query", 0.2, 0.1, 0.3],
  ];
  const finding = conclude({ columns, rows }, { weaker, hybrid, bm25, zero: { kind: "base" } });
  assert.equal(finding, "bm25 finds most: R@1 .500 (hybrid .300, zero .200).");
});
