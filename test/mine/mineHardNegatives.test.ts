import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { Example } from "../../src/data/examplesFrom.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { type MineOptions, mineHardNegatives } from "../../src/mine/mineHardNegatives.ts";
import type { Encoder } from "../../src/search/encoder.ts";

const engine = await openEngine({ threads: 1 });

/** An encoder with fixed vectors. */
function fixed(vectors: Record<string, number[]>): Encoder {
  return {
    engine,
    async encode(texts) {
      const rows = texts.map((text) => vectors[text] ?? assert.fail(`no vector for ${text}`));
      return { data: Float32Array.from(rows.flat()), n: rows.length, d: rows[0].length };
    },
  };
}

/** Passages p0, p1, .. at falling cosines to the query "q": 1, .9, .8 .. */
function ladder(count: number): Encoder {
  const vectors: Record<string, number[]> = { q: [1, 0] };
  for (let i = 0; i < count; i++) vectors[`p${i}`] = [1 - i / 10, Math.sqrt(1 - (1 - i / 10) ** 2)];
  return fixed(vectors);
}

function texts(count: number): { text: string }[] {
  return Array.from({ length: count }, (_, i) => ({ text: `p${i}` }));
}

interface Fixture {
  vectors: Record<string, number[]>;
  passages: string[];
  pairs: [string, string][];
  cases: { options: MineOptions; rows: [string, string[], number[]][] }[];
}

const peer: Fixture = JSON.parse(
  readFileSync(new URL("../fixtures/mine/hard_negatives.json", import.meta.url), "utf8"),
);

describe("mineHardNegatives", () => {
  const examples = peer.pairs.map(([query, positive]): Example => ({ query, pos: [positive], neg: [] }));
  const passages = peer.passages.map((text) => ({ text }));

  for (const { options, rows } of peer.cases)
    it(`gives the rows of sentence-transformers for ${JSON.stringify(options)}`, async () => {
      const mined = await mineHardNegatives(fixed(peer.vectors), examples, { ...options, passages });
      const byPair = new Map(mined.map((example) => [`${example.query}|${example.pos[0]}`, example]));
      for (const [anchor, documents, scores] of rows) {
        const { neg, negScores } = byPair.get(`${anchor}|${documents[0]}`)!;
        assert.deepEqual(neg, documents.slice(1));
        for (const [i, score] of negScores!.entries()) assert.ok(Math.abs(score - scores[i + 1]) < 1e-6);
        byPair.delete(`${anchor}|${documents[0]}`);
      }
      for (const { neg } of byPair.values()) assert.deepEqual(neg, [], "the peer gives no row where nothing is found");
      const found = rows.reduce((sum, [, documents]) => sum + documents.length - 1, 0);
      assert.equal(mined.summary.found, found);
      assert.equal(mined.summary.asked, examples.length * options.perQuery!);
    });

  it("keeps the examples and adds neg and negScores, most similar first", async () => {
    const example = { query: "q", pos: ["p0"], neg: ["old"], group: "g", posIds: ["7"] };
    const mined = await mineHardNegatives(ladder(6), [example], { perQuery: 2, window: [1, 4], passages: texts(6) });
    assert.deepEqual(mined[0].neg, ["p2", "p3"]);
    assert.deepEqual({ ...mined[0], neg: 0, negScores: 0 }, { ...example, neg: 0, negScores: 0 });
    for (const [i, score] of mined[0].negScores!.entries()) assert.ok(Math.abs(score - [0.8, 0.7][i]) < 1e-6);
    assert.deepEqual(example.neg, ["old"]);
  });

  it("never takes a text equal to a positive but for case, spaces and width, nor another example's positive of the query", async () => {
    const vectors = {
      q: [1, 0],
      "Kata  SATU": [1, 0],
      "kata satu ": [1, 0.1],
      "ｋata satu": [1, 0.2],
      dua: [1, 0.3],
      tiga: [1, 0.4],
    };
    const pairs = [
      { query: "q", pos: ["Kata  SATU"], neg: [] },
      { query: "q", pos: ["dua"], neg: [] },
    ];
    const all = Object.keys(vectors)
      .slice(1)
      .map((text) => ({ text }));
    const mined = await mineHardNegatives(fixed(vectors), pairs, { perQuery: 3, window: [0, 3], passages: all });
    assert.deepEqual(
      mined.map(({ neg }) => neg),
      [["tiga"], ["tiga"]],
    );
    assert.equal(mined.summary.short, 2);
    assert.equal(mined.summary.queries, 1);
    assert.equal(mined.summary.passages, 3);
  });

  it("drops the group where asked, and looks further down for it", async () => {
    const pair = { query: "q", pos: ["p0"], neg: [], group: "a" };
    const grouped = texts(9).map(({ text }, i) => ({ text, group: i < 5 ? "a" : "b" }));
    const options = { perQuery: 2, window: [0, 2] as const, passages: grouped };
    const kept = await mineHardNegatives(ladder(9), [pair], options);
    assert.deepEqual(kept[0].neg, ["p1", "p2"]);
    const dropped = await mineHardNegatives(ladder(9), [pair], { ...options, dropGroup: true });
    assert.deepEqual(dropped[0].neg, ["p5", "p6"]);
    assert.equal(dropped.summary.droppedByGroup, 4);
    await assert.rejects(
      mineHardNegatives(ladder(9), [{ ...pair, group: undefined }], { ...options, dropGroup: true }),
      /dropGroup needs each example's group, example 0 has none/,
    );
  });

  it("takes groups from the examples where passages tell none", async () => {
    const pairs = [
      { query: "q", pos: ["p0"], neg: [], group: "a" },
      { query: "p8", pos: ["p1"], neg: [], group: "a" },
    ];
    const mined = await mineHardNegatives(ladder(9), pairs, {
      perQuery: 1,
      window: [0, 1],
      passages: texts(5),
      dropGroup: true,
    });
    assert.deepEqual(mined[0].neg, ["p2"]);
  });

  it("counts what each filter took", async () => {
    const pair = { query: "q", pos: ["p3"], neg: [] };
    const options = { perQuery: 5, window: [0, 9] as const, passages: texts(10), margin: 0.15, minScore: 0.25 };
    const { summary, ...mined } = await mineHardNegatives(ladder(10), [pair], options);
    // The positive scores .7: 1, .9, .8, .6 fall to the margin, .2 and .1 to minScore; .5, .4, .3 stay.
    assert.deepEqual(mined[0].neg, ["p5", "p6", "p7"]);
    assert.deepEqual(summary, {
      asked: 5,
      found: 3,
      short: 1,
      queries: 1,
      passages: 10,
      droppedByGroup: 0,
      droppedByMargin: 4,
      droppedByRelativeMargin: 0,
      droppedByMaxScore: 0,
      droppedByMinScore: 2,
    });
  });

  it("keeps a relative margin below a positive whose score is negative", async () => {
    // The positive scores -.3; half of its magnitude below that is -.45.
    const pair = { query: "q", pos: ["p13"], neg: [] };
    const options = { perQuery: 2, window: [0, 20] as const, passages: texts(20), relativeMargin: 0.5 };
    assert.deepEqual((await mineHardNegatives(ladder(20), [pair], options))[0].neg, ["p15", "p16"]);
  });

  it("draws at random from the window only, the same for the same seed, evenly over seeds", async () => {
    const pair = { query: "q", pos: ["p0"], neg: [] };
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 300; seed++) {
      const options = { perQuery: 2, window: [2, 6] as const, passages: texts(10), sampling: "random" as const, seed };
      const [once] = await mineHardNegatives(ladder(10), [pair], options);
      if (seed < 3) assert.deepEqual((await mineHardNegatives(ladder(10), [pair], options))[0], once);
      assert.equal(new Set(once.neg).size, 2);
      assert.ok(once.negScores![0] > once.negScores![1]);
      for (const text of once.neg) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    assert.deepEqual([...counts.keys()].sort(), ["p3", "p4", "p5", "p6"]);
    for (const count of counts.values()) assert.ok(Math.abs(count - 150) < 45, `${count} of 300, 150 expected`);
  });

  it("gives every query draws of its own", async () => {
    const random = new Random(1);
    const vectors: Record<string, number[]> = {};
    for (let i = 0; i < 100; i++) vectors[`p${i}`] = [random.normal(), random.normal()];
    const pairs = Array.from({ length: 40 }, (_, i) => ({ query: `p${99 - i}`, pos: ["p0"], neg: [] }));
    for (const { query } of pairs) vectors[query] = [1, 0];
    const mined = await mineHardNegatives(fixed(vectors), pairs, {
      perQuery: 1,
      window: [0, 40],
      passages: texts(60),
      sampling: "random",
    });
    assert.ok(new Set(mined.map(({ neg }) => neg[0])).size > 10);
  });

  it("starts the window at rank 10, and in a small pool just early enough for perQuery", async () => {
    const pair = { query: "q", pos: ["p0"], neg: [] };
    const negatives = async (count: number) =>
      (await mineHardNegatives(ladder(count), [pair], { perQuery: 2, passages: texts(count) }))[0].neg;
    // the positive p0 leaves: of p1 .. p5 the ranks 3 and 4 are p4 and p5; of p1 .. p19 the ranks 10 and 11 are p11, p12
    assert.deepEqual(await negatives(6), ["p4", "p5"]);
    assert.deepEqual(await negatives(20), ["p11", "p12"]);
    assert.deepEqual(await negatives(2), ["p1"]);
  });

  it("counts passages and queries in one progress", async () => {
    const seen: string[] = [];
    const encoder = ladder(6);
    const counting: Encoder = {
      ...encoder,
      async encode(all, options) {
        options?.onProgress?.({ done: all.length, total: all.length });
        return encoder.encode(all, options);
      },
    };
    const onProgress = ({ done, total }: { done: number; total: number }) => seen.push(`${done}/${total}`);
    await mineHardNegatives(counting, [{ query: "q", pos: ["p0"], neg: [] }], { passages: texts(6), onProgress });
    assert.deepEqual(seen, ["6/7", "7/7"]);
  });

  it("refuses no examples, bad windows and a window beyond the pool", async () => {
    const pair = { query: "q", pos: ["p0"], neg: [] };
    const refuse = (pairs: Example[], options: MineOptions, message: RegExp) =>
      assert.rejects(mineHardNegatives(ladder(6), pairs, { passages: texts(6), ...options }), {
        name: "InputError",
        message,
      });
    await refuse([], {}, /there are no examples/);
    await refuse([{ ...pair, pos: [] }], {}, /example 0 must have a query and at least one positive/);
    await refuse([pair], { perQuery: 0 }, /perQuery must be a whole number above 0, got 0/);
    await refuse([pair], { window: [3, 3] }, /window must be \[from, to\) with 0 <= from < to, got \[3, 3\]/);
    await refuse([pair], { perQuery: 3, window: [0, 2] }, /window \[0, 2\] holds 2 ranks, perQuery is 3/);
    await refuse([pair], { window: [10, 100] }, /window starts at rank 10, the pool has 6 passages/);
  });
});
