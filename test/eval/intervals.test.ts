import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { RetrievalSet } from "../../src/data/readRetrievalSet.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { evaluateRetrieval } from "../../src/eval/evaluateRetrieval.ts";
import { measureRetrieval } from "../../src/eval/measureRetrieval.ts";
import { openTask } from "../../src/eval/openTask.ts";
import { scoreRetrieval } from "../../src/eval/scoreRetrieval.ts";
import { spearmanInterval } from "../../src/eval/spearmanInterval.ts";
import type { TaskName } from "../../src/eval/taskNames.ts";
import { bm25 } from "../../src/search/bm25.ts";
import type { Encoder } from "../../src/search/encoder.ts";

const dir = mkdtempSync(join(tmpdir(), "sulam-intervals-"));
after(() => rmSync(dir, { recursive: true, force: true }));

function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/eval/${name}`, import.meta.url), "utf8"));
}

function near(ours: number, theirs: number, within = 1e-12): void {
  assert.ok(Math.abs(ours - theirs) < within, `ours ${ours}, theirs ${theirs}`);
}

describe("the interval of Spearman's correlation", () => {
  interface Case {
    a: number[];
    b: number[];
    resamples: number;
    seed: number;
    left_out: number;
    rho: number;
    low: number;
    high: number;
  }
  const cases = fixture<Case[]>("bootstrap_spearman.json");

  it("equals NumPy's percentiles of SciPy's correlations over the same draws, those without one left out", () => {
    assert.ok(cases.some(({ left_out }) => left_out > 0));
    for (const { a, b, resamples, seed, low, high, rho } of cases) {
      const bounds = spearmanInterval({ a, b, resamples, seed });
      near(bounds[0], low);
      near(bounds[1], high);
      assert.ok(bounds[0] <= rho && rho <= bounds[1], `${rho} in ${bounds}`);
    }
  });

  it("is the same for the same seed, and another for another", () => {
    const [, , { a, b }] = cases;
    assert.deepEqual(spearmanInterval({ a, b }), spearmanInterval({ a, b, seed: 0, resamples: 1000 }));
    assert.notDeepEqual(spearmanInterval({ a, b }), spearmanInterval({ a, b, seed: 1 }));
  });

  it("has no bounds where there is no order", () => {
    assert.deepEqual(spearmanInterval({ a: [1, 1, 1], b: [1, 2, 3] }), [Number.NaN, Number.NaN]);
  });
});

/** The 2.5 % and 97.5 % percentile of the means of 1,000 resamples, written down once more. */
function resampled(values: readonly number[]): [number, number] {
  const random = new Random(0);
  const means = Array.from({ length: 1000 }, () => {
    let sum = 0;
    for (const _ of values) sum += values[random.int(values.length)];
    return sum / values.length;
  }).sort((a, b) => a - b);
  // of 1,000 sorted values the shares .025 and .975 lie at places 24.975 and 974.025
  return [means[24] * 0.025 + means[25] * 0.975, means[974] * 0.975 + means[975] * 0.025];
}

describe("openTask", () => {
  interface Fixture {
    vectors: number[][];
    sts: { first: string[]; second: string[]; scores: number[]; theirs: Record<string, number> };
    triplets: { anchors: string[]; positives: string[]; negatives: string[]; theirs: Record<string, number> };
    reranking: { samples: object[]; theirs: Record<string, number> };
    bitext: { source: string[]; target: string[]; theirs: Record<string, number> };
  }
  const { vectors, sts, triplets, reranking, bitext } = fixture<Fixture>("tasks.json");
  /** Text "t17" has vector 17 of the table. */
  let encoder: Encoder;
  const opened = async (name: TaskName, rows: readonly object[]) => {
    const engine = await openEngine({ threads: 1 });
    encoder = {
      engine,
      async encode(texts) {
        const data = Float32Array.from(texts.flatMap((text) => vectors[Number(text.slice(1))]));
        return { data, n: texts.length, d: vectors[0].length };
      },
    };
    const path = join(dir, `${name}.jsonl`);
    writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    return openTask(name, path);
  };

  it("measures each task's file as sentence-transformers' evaluators do", async () => {
    const files: [TaskName, object[], string[], number[], number][] = [
      [
        "sts",
        sts.first.map((sentence1, i) => ({ sentence1, sentence2: sts.second[i], score: sts.scores[i] })),
        ["spearman", "pairs"],
        [sts.theirs.spearman_cosine, 50],
        100,
      ],
      [
        "triplets",
        triplets.anchors.map((anchor, i) => ({
          anchor,
          positive: triplets.positives[i],
          negative: triplets.negatives[i],
        })),
        ["accuracy", "triplets"],
        [triplets.theirs.cosine_accuracy, 60],
        180,
      ],
      [
        "reranking",
        reranking.samples,
        ["map", "mrrAt10", "ndcgAt10", "queries"],
        [reranking.theirs.map, reranking.theirs["mrr@10"], reranking.theirs["ndcg@10"], 30],
        reranking.samples.map((sample) => Object.values(sample).flat().length).reduce((sum, n) => sum + n),
      ],
      [
        "bitext",
        bitext.source.map((sentence1, i) => ({ sentence1, sentence2: bitext.target[i] })),
        ["sourceToTarget", "targetToSource", "mean", "pairs"],
        [
          bitext.theirs.src2trg_accuracy,
          bitext.theirs.trg2src_accuracy,
          bitext.theirs.mean_accuracy,
          bitext.source.length,
        ],
        80,
      ],
    ];
    for (const [name, rows, names, theirs, texts] of files) {
      const task = await opened(name, rows);
      assert.equal(task.texts.length, texts, name);
      const { measures, intervals } = await task.measure(encoder);
      assert.deepEqual(Object.keys(measures), names);
      for (const [i, value] of Object.values(measures).entries()) near(value, theirs[i], 1e-6);
      const bounds = intervals();
      assert.deepEqual(Object.keys(bounds), names.slice(0, -1));
      for (const [measure, [low, high]] of Object.entries(bounds))
        assert.ok(low < measures[measure] && measures[measure] < high, `${measure} ${low} ${high}`);
    }
  });

  it("draws triplets, and pairs of a text and its translation, with replacement", async () => {
    const right = { anchor: "t0", positive: "t0", negative: "t1" };
    const wrong = { anchor: "t0", positive: "t1", negative: "t0" };
    const hits = await (await opened("triplets", [right, wrong, right, right, wrong, right, right])).measure(encoder);
    assert.deepEqual(hits.intervals(), { accuracy: resampled([1, 0, 1, 1, 0, 1, 1]) });
    // only t0 stands opposite itself
    const crossed = [
      { sentence1: "t0", sentence2: "t0" },
      { sentence1: "t3", sentence2: "t5" },
      { sentence1: "t5", sentence2: "t9" },
      { sentence1: "t9", sentence2: "t3" },
    ];
    const found = await (await opened("bitext", crossed)).measure(encoder);
    const bounds = resampled([1, 0, 0, 0]);
    assert.deepEqual(found.intervals(), { sourceToTarget: bounds, targetToSource: bounds, mean: bounds });
  });
});

describe("measureRetrieval", () => {
  const texts = ["kucing tidur", "harga minyak naik", "hujan lebat", "minyak kelapa"];
  const corpus = texts.map((text, i) => ({ id: `d${i}`, text }));
  const asked: [query: string, answer: string, group?: string][] = [
    ["kucing", "d0"],
    ["minyak", "d1"],
    ["hujan", "d2"],
    ["minyak kelapa", "d3"],
    ["kelapa", "d1"],
  ];
  const setOf = (groups: (string | undefined)[]): RetrievalSet => ({
    name: "toy",
    corpus,
    queries: asked.map(([text], i) => ({ id: `q${i}`, text, ...(groups[i] !== undefined && { group: groups[i] }) })),
    qrels: new Map(asked.map(([, answer], i) => [`q${i}`, new Map([[answer, 1]])])),
  });
  const alone = setOf([]);

  it("gives the means of evaluateRetrieval, and resamples the queries behind them", async () => {
    const { measures, intervals } = await measureRetrieval(bm25(corpus), alone, { k: [1, 2] });
    assert.deepEqual(measures, await evaluateRetrieval(bm25(corpus), alone, { k: [1, 2] }));
    // d3 is shorter than d1, and d1 shares no word with the last query: it stands behind d0, the first of those
    const scores = await scoreRetrieval(bm25(corpus), alone, { k: [1, 2] });
    assert.deepEqual([...scores.get("recallAt1")!], [1, 0, 1, 1, 0]);
    assert.deepEqual([...scores.get("mrrAt10")!], [1, 1 / 2, 1, 1, 1 / 3]);
    const bounds = intervals();
    assert.deepEqual(Object.keys(bounds), ["recallAt1", "recallAt2", "mrrAt10", "ndcgAt10"]);
    assert.deepEqual(bounds.recallAt1, resampled([1, 0, 1, 1, 0]));
    for (const [i, bound] of resampled([1, 1 / 2, 1, 1, 1 / 3]).entries()) near(bounds.mrrAt10[i], bound);
    assert.deepEqual(intervals(), bounds);
  });

  it("draws the queries of a group together, never a query with a group of its name", async () => {
    const one = await measureRetrieval(bm25(corpus), setOf(asked.map(() => "topik")));
    assert.deepEqual(one.intervals().recallAt1, [3 / 5, 3 / 5]);
    const named = await measureRetrieval(bm25(corpus), setOf([undefined, "q0", undefined, undefined, undefined]));
    const separate = await measureRetrieval(bm25(corpus), alone);
    assert.deepEqual(named.intervals(), separate.intervals());
  });

  it("cuts where it is asked, also behind the corpus, and refuses a k below 1", async () => {
    const scores = await evaluateRetrieval(bm25(corpus), alone, { k: [3, 100] });
    assert.deepEqual(Object.keys(scores), ["recallAt3", "recallAt100", "mrrAt10", "ndcgAt10", "queries", "passages"]);
    assert.deepEqual([scores.recallAt3, scores.recallAt100], [1, 1]);
    // nothing shares a word with the query: the order is the corpus's, and the answer is the twelfth
    const many = Array.from({ length: 20 }, (_, i) => ({ id: `d${i}`, text: `kata${i}` }));
    const twelfth = {
      ...alone,
      corpus: many,
      queries: [{ id: "q", text: "lain" }],
      qrels: new Map([["q", new Map([["d11", 1]])]]),
    };
    const { recallAt11, recallAt12, mrrAt10 } = await evaluateRetrieval(bm25(many), twelfth, { k: [11, 12] });
    assert.deepEqual([recallAt11, recallAt12, mrrAt10], [0, 1, 0]);
    await assert.rejects(evaluateRetrieval(bm25(corpus), alone, { k: [0] }), /a measure is .* got "recallAt0"/);
  });
});
