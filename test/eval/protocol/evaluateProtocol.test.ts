import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { SimilarityRow } from "../../../src/data/readPoolRows.ts";
import { openEngine } from "../../../src/engine/openEngine.ts";
import { compareSystems } from "../../../src/eval/compareSystems.ts";
import { correctedSimilarity } from "../../../src/eval/protocol/correctedSimilarity.ts";
import { evaluateProtocol } from "../../../src/eval/protocol/evaluateProtocol.ts";
import { paperSimilarity } from "../../../src/eval/protocol/paperSimilarity.ts";
import type { Encoder } from "../../../src/search/encoder.ts";
import { fixedEncoder, rowOf } from "./pool.ts";

interface Fixture {
  rows: { query: string; pos: string[]; neg: string[] }[];
  vectors: Record<string, number[]>;
  paper: { pool: number; searches: number; recall: Record<string, number> };
  corrected: Record<string, number>;
}

const url = new URL("../../fixtures/eval/protocol.json", import.meta.url);
const fixture: Fixture = JSON.parse(readFileSync(url, "utf8"));
const trimmed = (texts: string[]): string[] => texts.map((text) => text.trim());
const rows: SimilarityRow[] = fixture.rows.map(({ query, pos, neg }, i) => {
  return { id: `r${i}`, group: `r${i}`, query: query.trim(), pos: trimmed(pos), neg: trimmed(neg) };
});
const engine = await openEngine({ threads: 1 });
const encoder = fixedEncoder(engine, fixture.vectors);

/** The line of a system, by column. */
function line(table: { columns: string[]; rows: unknown[][] }, system: string): Record<string, unknown> {
  const row = table.rows.find((cells) => cells[1] === system);
  assert.ok(row, `no line of ${system}`);
  return Object.fromEntries(table.columns.map((name, j) => [name, row[j]]));
}

function near(ours: unknown, theirs: number, what: string): void {
  assert.ok(Math.abs((ours as number) - theirs) < 1e-12, `${what}: ours ${ours}, theirs ${theirs}`);
}

describe("over 1,008 rows of random vectors", () => {
  it("the paper's protocol gives what the notebooks' loop gives", async () => {
    const { paper } = fixture;
    const ours = line(await evaluateProtocol(paperSimilarity(rows), { model: encoder }, { resamples: 50 }), "model");
    assert.deepEqual([ours.pool, ours.searches], [paper.pool, paper.searches]);
    for (const [k, recall] of Object.entries(paper.recall)) near(ours[`hitAt${k}`], recall, `recall@${k}`);
    assert.equal(ours.mapAt10, null);
  });

  it("the corrected protocol gives what pytrec_eval says of the rankings without the searching text", async () => {
    const { pool, searches, ...measures } = fixture.corrected;
    const protocol = correctedSimilarity(rows);
    const table = await evaluateProtocol(protocol, { model: encoder }, { resamples: 50 });
    const ours = line(table, "model");
    assert.deepEqual([ours.pool, ours.searches], [pool, searches]);
    for (const [name, value] of Object.entries(measures)) near(ours[name], value, name);
    assert.match(protocol.notes[0], / 174 texts were merged/);
  });

  it("BM25 and the ceiling stand below the systems, and intervals hold their means", async () => {
    const table = await evaluateProtocol(paperSimilarity(rows), { model: encoder }, { resamples: 50 });
    assert.deepEqual(
      table.rows.map((row) => row[1]),
      ["model", "bm25", "ceiling"],
    );
    for (const system of ["model", "bm25"]) {
      const { hitAt5, hitAt5Low, hitAt5High } = line(table, system) as Record<string, number>;
      assert.ok(hitAt5Low < hitAt5 && hitAt5 < hitAt5High, `${hitAt5} in ${hitAt5Low} .. ${hitAt5High}`);
    }
    const { rows: compared } = compareSystems(table.perQuery, { measure: "hitAt10", resamples: 200 });
    assert.deepEqual(compared[0].slice(0, 3), ["paper", "model", "bm25"]);
  });
});

describe("a perfect model", () => {
  // 300 topics of a query and three positives, each text its topic's vector turned a little in a way of its own.
  const made = Array.from({ length: 300 }, (_, t) => rowOf(`r${t}`, `q${t}`, [`a${t}`, `b${t}`, `c${t}`], [`n${t}`]));
  const vectors: Record<string, number[]> = {};
  for (const [t, { query, pos, neg }] of made.entries())
    for (const [i, text] of [query, ...pos].entries()) {
      const angle = (t * 2 * Math.PI) / 300;
      vectors[text] = [
        Math.cos(angle),
        Math.sin(angle),
        Math.sin(t * 7 + i * 11) / 1000,
        Math.sin(t * 5 + i * 3) / 1000,
      ];
      vectors[neg[0]] = [0, 0, 1, t];
    }
  const perfect = fixedEncoder(engine, vectors);

  it("reaches 1 by the corrected protocol, but about a third at k 1 by the paper's: its ceiling, queries / positives", async () => {
    const corrected = await evaluateProtocol(correctedSimilarity(made), { perfect }, { resamples: 50 });
    for (const name of ["hitAt1", "hitAt10", "recallAt10", "mrrAt10", "ndcgAt10", "mapAt10"])
      assert.equal(line(corrected, "perfect")[name], 1, name);
    const paper = await evaluateProtocol(paperSimilarity(made), { perfect }, { resamples: 50 });
    const [model, ceiling] = ["perfect", "ceiling"].map((system) => line(paper, system) as Record<string, number>);
    near(ceiling.hitAt1, 300 / 900, "the ceiling");
    assert.ok(Math.abs(model.hitAt1 - ceiling.hitAt1) < 0.06, `${model.hitAt1}, ceiling ${ceiling.hitAt1}`);
    assert.deepEqual([model.hitAt3, ceiling.hitAt3], [1, 1]);
  });
});

describe("bad input of a protocol is one clear error", () => {
  const small = [rowOf("x", "satu", ["dua"], ["tiga"]), rowOf("y", "empat", ["lima"], [])];
  const vectors = { satu: [1, 0], dua: [1, 1], tiga: [0, 1], empat: [-1, 0], lima: [-1, -1] };
  const good = fixedEncoder(engine, vectors);
  const protocol = paperSimilarity(small);
  const options = { k: [1, 3] };

  it("an empty pool, duplicate ids, rows without positives", () => {
    for (const make of [paperSimilarity, correctedSimilarity]) {
      assert.throws(() => make([]), /the pool is empty/);
      assert.throws(() => make([small[0], { ...small[1], id: "x" }]), /two rows have the id "x"/);
      assert.throws(() => make([rowOf("x", "satu", [], ["tiga"])]), /no positive/);
    }
  });

  it("a k larger than the pool, or below 1", async () => {
    await assert.rejects(
      evaluateProtocol(protocol, { good }, { k: [6] }),
      /k must be in 1 \.\. 5, the size of the pool, got 6/,
    );
    await assert.rejects(evaluateProtocol(protocol, { good }, { k: [0] }), /got 0/);
    await evaluateProtocol(protocol, { good }, { k: [5] });
  });

  it("NaN vectors, mixed widths and a lost text, with the system's name", async () => {
    const nan = fixedEncoder(engine, { ...vectors, tiga: [Number.NaN, 1] });
    await assert.rejects(
      evaluateProtocol(protocol, { nan }, options),
      /^InputError: nan: .*row 2 of passages holds NaN/,
    );
    let calls = 0;
    const wide: Encoder = {
      engine,
      encode: async (texts) => {
        const d = 2 + calls++;
        return { data: new Float32Array(texts.length * d).fill(1), n: texts.length, d };
      },
    };
    await assert.rejects(evaluateProtocol(protocol, { wide }, options), /wide: .*same width, got 3 and 2/);
    const lossy: Encoder = { engine, encode: (texts) => good.encode(texts.slice(1)) };
    await assert.rejects(evaluateProtocol(protocol, { lossy }, options), /lossy: .*must be 5 vectors, .*got 4/);
    const failing: Encoder = { engine, encode: () => Promise.reject(new Error("out of memory")) };
    await assert.rejects(evaluateProtocol(protocol, { failing }, options), /out of memory/);
  });

  it("a system that takes the name of a line that comes by itself", async () => {
    await assert.rejects(evaluateProtocol(protocol, { bm25: good }, options), /a system is called bm25/);
  });
});
