import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { openEngine } from "../../src/engine/openEngine.ts";
import { bitextAccuracy } from "../../src/eval/bitextAccuracy.ts";
import { evaluateReranking } from "../../src/eval/evaluateReranking.ts";
import { evaluateSts } from "../../src/eval/evaluateSts.ts";
import type { RerankingItem } from "../../src/eval/scoreReranking.ts";
import { tripletAccuracy } from "../../src/eval/tripletAccuracy.ts";
import type { Encoder } from "../../src/search/encoder.ts";

interface Fixture {
  vectors: number[][];
  sts: { first: string[]; second: string[]; scores: number[]; theirs: Record<string, number> };
  triplets: { anchors: string[]; positives: string[]; negatives: string[]; theirs: Record<string, number> };
  reranking: { samples: RerankingItem[]; theirs: Record<string, number> };
  bitext: { source: string[]; target: string[]; theirs: Record<string, number> };
}

const fixture: Fixture = JSON.parse(readFileSync(new URL("../fixtures/eval/tasks.json", import.meta.url), "utf8"));
const engine = await openEngine({ threads: 1 });

/** Text "t17" has vector 17 of the table. */
function table(vectors: readonly (readonly number[])[]): Encoder {
  return {
    engine,
    async encode(texts) {
      const rows = texts.map((text) => vectors[Number(text.slice(1))]);
      return { data: Float32Array.from(rows.flat()), n: rows.length, d: rows[0].length };
    },
  };
}

const encoder = table(fixture.vectors);

function near(ours: number, theirs: number, within = 1e-6): void {
  assert.ok(Math.abs(ours - theirs) < within, `ours ${ours}, theirs ${theirs}`);
}

describe("each task gives the figures of sentence-transformers' evaluator on random vectors", () => {
  it("STS, with many equal scores", async () => {
    const { first, second, scores, theirs } = fixture.sts;
    const pairs = first.map((text, i) => ({ first: text, second: second[i], score: scores[i] }));
    near(await evaluateSts(encoder, pairs), theirs.spearman_cosine);
  });

  it("triplets", async () => {
    const { anchors, positives, negatives, theirs } = fixture.triplets;
    const triplets = anchors.map((anchor, i) => ({ anchor, positive: positives[i], negative: negatives[i] }));
    near(await tripletAccuracy(encoder, triplets), theirs.cosine_accuracy);
  });

  it("reranking", async () => {
    const { samples, theirs } = fixture.reranking;
    const { map, mrrAt10, ndcgAt10, queries } = await evaluateReranking(encoder, samples);
    near(map, theirs.map);
    near(mrrAt10, theirs["mrr@10"]);
    near(ndcgAt10, theirs["ndcg@10"]);
    assert.equal(queries, 30);
  });

  it("bitext mining, both ways", async () => {
    const { source, target, theirs } = fixture.bitext;
    const { sourceToTarget, targetToSource, mean } = await bitextAccuracy(encoder, source, target);
    near(sourceToTarget, theirs.src2trg_accuracy);
    near(targetToSource, theirs.trg2src_accuracy);
    near(mean, theirs.mean_accuracy);
  });
});

describe("a model that cannot tell texts apart", () => {
  const blind = table(Array(20).fill([1, 0]));
  const names = (...places: number[]): string[] => places.map((i) => `t${i}`);

  it("gets no triplet right, and no credit for the order in which documents are given", async () => {
    assert.equal(await tripletAccuracy(blind, [{ anchor: "t0", positive: "t1", negative: "t2" }]), 0);
    const { map } = await evaluateReranking(blind, [{ query: "t0", positive: names(1), negative: names(2, 3, 4) }]);
    assert.equal(map, 1 / 4);
  });

  it("has no STS correlation at all, and finds one translation of five", async () => {
    const pairs = [1, 2, 3].map((i) => ({ first: "t0", second: `t${i}`, score: i }));
    assert.ok(Number.isNaN(await evaluateSts(blind, pairs)), "a correlation came out of nothing");
    const { mean } = await bitextAccuracy(blind, names(0, 1, 2, 3, 4), names(5, 6, 7, 8, 9));
    assert.equal(mean, 1 / 5);
  });

  it("but a translation that stands twice counts as found by either", async () => {
    assert.equal((await bitextAccuracy(blind, names(0, 1), names(5, 5))).sourceToTarget, 1);
  });
});

describe("bad input of a task is one clear error", () => {
  const lossy: Encoder = {
    engine,
    encode: async (texts) => ({ data: new Float32Array(2), n: texts.length - 1, d: 2 }),
  };
  const broken = table([
    [1, 0],
    [Number.NaN, 0],
    [0, 1],
  ]);
  const triplet = { anchor: "t0", positive: "t1", negative: "t2" };

  it("nothing to measure, empty texts and lists, sides of different lengths", async () => {
    await assert.rejects(tripletAccuracy(encoder, []), /tripletAccuracy: there are no triplets/);
    await assert.rejects(evaluateSts(encoder, []), /evaluateSts: there are no pairs/);
    await assert.rejects(evaluateReranking(encoder, []), /evaluateReranking: there are no items/);
    await assert.rejects(bitextAccuracy(encoder, [], []), /bitextAccuracy: source has no vectors/);
    await assert.rejects(bitextAccuracy(encoder, ["t0"], []), /must be equally many, got 1 and 0/);
    await assert.rejects(
      tripletAccuracy(encoder, [triplet, { ...triplet, positive: " " }]),
      /triplet 1 has an empty text/,
    );
    const lacking = { query: "t0", positive: ["t1"], negative: [] };
    await assert.rejects(evaluateReranking(encoder, [lacking]), /item 0 has an empty text/);
    await assert.rejects(evaluateSts(encoder, [{ first: "t0", second: "t1", score: 1 }]), /2 values or more, got 1/);
    const unscored = [1, 2].map((i) => ({ first: "t0", second: `t${i}`, score: Number.NaN }));
    await assert.rejects(evaluateSts(encoder, unscored), /spearman: value \d is NaN/);
  });

  it("a lost text and a NaN vector, by its row", async () => {
    await assert.rejects(tripletAccuracy(lossy, [triplet]), /texts must be 3 vectors, one for each text, got 2/);
    await assert.rejects(tripletAccuracy(broken, [triplet]), /row 1 of texts holds NaN/);
    await assert.rejects(bitextAccuracy(broken, ["t0", "t2"], ["t2", "t1"]), /row 1 of target holds NaN/);
  });
});
