import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Vectors } from "../../src/base/vectors.ts";
import type { Example } from "../../src/data/examplesFrom.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { type MineOptions, mineHardNegatives } from "../../src/mine/mineHardNegatives.ts";
import { miningTexts } from "../../src/mine/miningTexts.ts";
import type { MiningVectors } from "../../src/mine/miningVectors.ts";

const engine = await openEngine({ threads: 1 });

function vectors(rows: number[][]): Vectors {
  return { data: Float32Array.from(rows.flat()), n: rows.length, d: rows[0].length };
}

/** Two queries, q with two positives; five passages at falling cosines to q. */
const pairs: Example[] = [
  { query: "q", pos: ["p0", "p2"], neg: [] },
  { query: "r", pos: ["p4"], neg: [] },
];
const passages = ["p0", "p1", "p2", "p3"].map((text) => ({ text }));
const ladder = [1, 0.9, 0.8, 0.7, 0.6].map((x) => [x, Math.sqrt(1 - x * x)]);
const given: MiningVectors = {
  engine,
  queries: vectors([
    [1, 0],
    [0, 1],
  ]),
  passages: vectors(ladder),
};
const all = { perQuery: 3, window: [0, 5] as const, passages };
const negatives = async (source: MiningVectors, options: MineOptions) =>
  (await mineHardNegatives(source, pairs, { ...all, ...options })).map(({ neg }) => neg);

describe("mining with vectors in place of a model", () => {
  it("takes one for each text that miningTexts lists, in its order", async () => {
    assert.deepEqual(miningTexts(pairs, passages), { queries: ["q", "r"], passages: ["p0", "p1", "p2", "p3", "p4"] });
    assert.deepEqual(await negatives(given, {}), [
      ["p1", "p3", "p4"],
      ["p3", "p2", "p1"],
    ]);
  });

  it("refuses vectors that are not the texts', and says how many there should be", async () => {
    const refuse = (source: Partial<MiningVectors>, options: MineOptions, name: string, message: RegExp) =>
      assert.rejects(negatives({ ...given, ...source }, options), { name, message });
    const [first, ...rest] = ladder;
    await refuse({ passages: vectors(rest) }, {}, "ShapeError", /there are 5 distinct passages, got vectors of 4/);
    await refuse({ queries: vectors([first]) }, {}, "ShapeError", /there are 2 distinct queries, got vectors of 1/);
    await refuse({ queries: vectors([[1], [2]]) }, {}, "ShapeError", /same width, got 1 and 2/);
    await refuse({ passages: vectors([[Number.NaN, 0], ...rest]) }, {}, "InputError", /row 0 of corpus holds NaN/);
    await refuse({}, { queryPrompt: "tanya: " }, "InputError", /prompts cannot be put before texts that are vectors/);
    await refuse({}, { perQuery: 6, window: [0, 9] }, "InputError", /perQuery is 6, the pool has 5 passages/);
  });
});

describe("mining with ids", () => {
  const withIds = passages.map((passage, i) => ({ ...passage, id: `d${i}` }));
  const mine = (options: MineOptions, posIds = ["d0", "d2"]) =>
    mineHardNegatives(given, [{ ...pairs[0], posIds }, pairs[1]], { ...all, ...options });

  it("takes positives that are in the pool", async () => {
    assert.deepEqual((await mine({ passages: withIds }))[0].neg, ["p1", "p3", "p4"]);
  });

  it("refuses an id that no passage has, one that two have, and passages without one", async () => {
    const refuse = (options: MineOptions, posIds: string[], message: RegExp) =>
      assert.rejects(mine(options, posIds), { name: "InputError", message });
    await refuse({ passages: withIds }, ["d0", "d9"], /example 0 has the positive "d9", which is no id of the 4 pass/);
    await refuse(
      { passages: [...withIds, { text: "p4", id: "d1" }] },
      ["d0"],
      /passage 4: id "d1" stands already at passage 1/,
    );
    await refuse({ passages: [...withIds, { text: "p4" }] }, ["d0"], /passage 4 has no id, others have one/);
  });
});

describe("mining with a scorer", () => {
  /** Says the contrary of the cosines for q: p4 first, then p3 .. p0. */
  const scores: Record<string, number> = { p0: 1, p1: 2, p2: 3, p3: 4, p4: 5 };

  it("ranks, filters and scores positives by it, each pair asked for once", async () => {
    const asked: string[] = [];
    const scorer: MineOptions["scorer"] = (list) => {
      asked.push(...list.map(({ query, passage }) => `${query} ${passage}`));
      return Promise.resolve(list.map(({ passage }) => scores[passage]));
    };
    const mined = await mineHardNegatives(given, pairs, { ...all, scorer });
    assert.deepEqual(
      mined.map(({ neg, negScores }) => [neg, negScores]),
      [
        [
          ["p4", "p3", "p1"],
          [5, 4, 2],
        ],
        [
          ["p3", "p2", "p1"],
          [4, 3, 2],
        ],
      ],
    );
    assert.deepEqual(mined.queries[0].positives, [
      { text: "p0", score: 1 },
      { text: "p2", score: 3 },
    ]);
    assert.equal(asked.length, 10);
    assert.equal(new Set(asked).size, 10);
    // q's worst positive scores 1, r's 5: a margin of 1 leaves nothing below 0, and all up to 4
    const filtered = await mineHardNegatives(given, pairs, { ...all, scorer, margin: 1 });
    assert.deepEqual(
      filtered.map(({ neg }) => neg),
      [[], ["p3", "p2", "p1"]],
    );
  });

  it("refuses a scorer that gives too few scores, or none at all for a pair", async () => {
    const refuse = (scorer: MineOptions["scorer"], message: RegExp) =>
      assert.rejects(mineHardNegatives(given, pairs, { ...all, scorer }), { name: "InputError", message });
    await refuse(() => [1, 2], /one score for each of 10 pairs, got 2/);
    await refuse((list) => list.map(() => Number.NaN), /the scorer gave NaN for \{"query":"q","passage":"p0"\}/);
    await refuse((list) => Array(list.length), /the scorer gave undefined for/);
  });
});

it("a text that differs in case alone is another passage where texts are compared exactly", async () => {
  const twice = [{ text: "P0" }, ...passages];
  assert.equal(miningTexts(pairs, twice).passages.length, 5);
  assert.deepEqual(miningTexts(pairs, twice, "exact").passages, ["P0", "p0", "p1", "p2", "p3", "p4"]);
  // under the default, P0 stands for p0; the mined query tells the positive as the example spells it
  const mined = await mineHardNegatives(given, pairs, { ...all, passages: twice });
  assert.deepEqual(mined.queries[0].positives[0].text, "p0");
});
