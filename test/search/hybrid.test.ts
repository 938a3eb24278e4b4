import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chooseHybridWeight } from "../../src/search/chooseHybridWeight.ts";
import { hybridScores } from "../../src/search/hybridScores.ts";

const f = (...values: number[]) => Float32Array.from(values);

describe("hybridScores", () => {
  it("is cosine + weight * bm25 / the greatest bm25", () => {
    const scores = hybridScores(f(0.5, -0.25, 0), f(2, 8, 0), 0.5);
    for (const [i, wanted] of [0.625, 0.25, 0].entries()) assert.ok(Math.abs(scores[i] - wanted) < 1e-6);
  });

  it("is the cosine alone when no word is shared or the weight is 0", () => {
    assert.deepEqual(hybridScores(f(0.5, 0.1), f(0, 0), 3), f(0.5, 0.1));
    assert.deepEqual(hybridScores(f(0.5, 0.1), f(1, 2), 0), f(0.5, 0.1));
  });
});

describe("chooseHybridWeight", () => {
  // The gold passage is 1. By cosine it lies .35 behind; by words it leads by the whole weight.
  const lexicalHelps = { dense: f(0.75, 0.4, 0.1), lexical: f(0, 3, 1), relevant: [1] };

  it("takes the smallest weight that puts the gold passage first", () => {
    const chosen = chooseHybridWeight([lexicalHelps]);
    assert.equal(chosen.weight, 0.4);
    assert.equal(chosen.meanReciprocalRank, 1);
    assert.deepEqual(chosen.tried[0], { weight: 0, meanReciprocalRank: 0.5 });
    assert.equal(chosen.tried.length, 21);
  });

  it("takes 0 when words only harm, and when nothing matters", () => {
    assert.equal(chooseHybridWeight([{ dense: f(0.9, 0.1), lexical: f(0, 1), relevant: [0] }]).weight, 0);
    assert.equal(chooseHybridWeight([{ dense: f(0.9, 0.1), lexical: f(0, 0), relevant: [1] }]).weight, 0);
  });

  it("weighs queries against each other by mean reciprocal rank", () => {
    // Words must weigh more than .35 for the first query and less than .2 for the other two.
    const wordsHarm = { dense: f(0.5, 0.3, 0), lexical: f(0, 5, 0), relevant: [0] };
    assert.equal(chooseHybridWeight([lexicalHelps, wordsHarm, wordsHarm]).weight, 0);
    assert.equal(chooseHybridWeight([lexicalHelps, lexicalHelps, wordsHarm]).weight, 0.4);
  });

  it("counts the best of several relevant passages, ties by the smaller index", () => {
    const tied = { dense: f(0.5, 0.5, 0.5), lexical: f(0, 0, 0), relevant: [2, 1] };
    assert.equal(chooseHybridWeight([tied], [0]).meanReciprocalRank, 0.5);
  });

  it("refuses no queries and a query without a relevant passage", () => {
    assert.throws(() => chooseHybridWeight([]), /there are no queries/);
    assert.throws(() => chooseHybridWeight([{ ...lexicalHelps, relevant: [] }]), /query 0 has no relevant passage/);
  });
});
