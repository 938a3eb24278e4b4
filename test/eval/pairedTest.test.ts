import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { Cell, Table } from "../../src/base/table.ts";
import { compareAnswers } from "../../src/eval/compareAnswers.ts";
import { compareSystems } from "../../src/eval/compareSystems.ts";
import { holm } from "../../src/eval/holm.ts";
import { pairedTest } from "../../src/eval/pairedTest.ts";
import { spearman } from "../../src/eval/spearman.ts";

interface Fixture {
  paired: { a: number[]; b: number[]; groups: string[]; exact: boolean; difference: number; p: number }[];
  holm: { p: number[]; holm: number[] }[];
  spearman: { a: number[]; b: number[]; rho: number }[];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL("../fixtures/eval/tests.json", import.meta.url), "utf8"));

function near(ours: number, theirs: number, within: number): void {
  assert.ok(Math.abs(ours - theirs) <= within, `ours ${ours}, theirs ${theirs}`);
}

describe("pairedTest", () => {
  it("gives scipy's p value over topics: exactly where all signs are tried, within chance where they are drawn", () => {
    for (const { exact, p, difference, ...sides } of fixture.paired) {
      const ours = pairedTest({ ...sides, resamples: 20_000 });
      near(ours.difference, difference, 1e-12);
      // five standard errors of 20,000 draws, and scipy's own of 200,000
      near(ours.p, p, exact ? 1e-12 : 5 * Math.sqrt((p * (1 - p)) / 20_000) + 1e-4);
      assert.ok(
        ours.low <= ours.difference && ours.difference <= ours.high,
        "the difference lies outside its interval",
      );
    }
  });

  it("is 2 / 2^n when one system wins in each of n topics, 1 when both are the same, and never 0", () => {
    const topics = (n: number) => Array.from({ length: n }, (_, i) => `g${i}`);
    for (const n of [1, 4, 10]) {
      const { p } = pairedTest({ a: Array(n).fill(0), b: Array(n).fill(1), groups: topics(n) });
      assert.equal(p, 2 / 2 ** n);
    }
    assert.equal(pairedTest({ a: [1, 0, 1], b: [1, 0, 1], groups: topics(3) }).p, 1);
    const many = pairedTest({ a: Array(60).fill(0), b: Array(60).fill(1), groups: topics(60), resamples: 999 });
    assert.equal(many.p, 1 / 1000);
  });

  it("flips topics, not queries: five equal siblings add nothing to the certainty", () => {
    const random = new Random(4);
    const b = Array.from({ length: 12 }, () => random.uniform() - 0.3);
    const groups = b.map((_, i) => `g${i}`);
    const one = pairedTest({ a: b.map(() => 0), b, groups });
    const five = b.flatMap((x) => [x, x, x, x, x]);
    const siblings = pairedTest({ a: five.map(() => 0), b: five, groups: groups.flatMap((g) => [g, g, g, g, g]) });
    assert.equal(siblings.p, one.p);
  });

  it("finds a difference in 1 of 20 trials where there is none", () => {
    const random = new Random(9);
    let found = 0;
    for (let trial = 0; trial < 400; trial++) {
      const sides = Array.from({ length: 2 }, () => Array.from({ length: 20 }, () => random.normal()));
      const groups = sides[0].map((_, i) => `g${i}`);
      if (pairedTest({ a: sides[0], b: sides[1], groups, resamples: 400, seed: trial }).p <= 0.05) found++;
    }
    // 20 expected; outside 7 .. 35 once in a thousand
    assert.ok(found >= 7 && found <= 35, `${found} of 400`);
  });

  it("refuses sides of different lengths, no queries, and NaN", () => {
    const groups = ["g", "h"];
    assert.throws(() => pairedTest({ a: [1], b: [1, 2], groups }), /equally long and not empty, got 1, 2 and 2/);
    assert.throws(() => pairedTest({ a: [], b: [], groups: [] }), /got 0, 0 and 0/);
    assert.throws(() => pairedTest({ a: [0, 1], b: [0, Number.NaN], groups }), /query 1 has the values 1 and NaN/);
  });
});

describe("holm", () => {
  it("gives statsmodels' corrected values", () => {
    for (const { p, holm: theirs } of fixture.holm) for (const [i, x] of holm(p).entries()) near(x, theirs[i], 1e-12);
  });

  it("takes nothing for no tests, and refuses what is no p value", () => {
    assert.deepEqual(holm([]), []);
    assert.throws(() => holm([0.5, 1.2]), /p values lie in 0 \.\. 1, got 1\.2/);
  });
});

describe("spearman", () => {
  it("gives scipy's value, with ties", () => {
    for (const { a, b, rho } of fixture.spearman) near(spearman(a, b), rho, 1e-12);
  });
});

describe("compareSystems", () => {
  const columns = ["system", "field", "domain", "group", "query", "recallAt1"];
  const line = (system: string, field: string, values: number[]): Cell[][] =>
    values.map((x, i) => [system, field, null, `g${i}`, `q${i}`, x]);
  const perQuery: Table = {
    columns,
    rows: [
      ...line("bm25", "query", [0, 0, 0, 0, 1]),
      ...line("tuned", "query", [1, 1, 1, 1, 1]),
      ...line("bm25", "english", [0, 0, 0, 0, 0]),
      ...line("tuned", "english", [1, 0, 0, 0, 0]),
    ],
  };

  it("compares within a field, and corrects for all lines of the table", () => {
    const { columns: names, rows } = compareSystems(perQuery, { measure: "recallAt1" });
    assert.deepEqual(names, ["field", "first", "second", "difference", "low", "high", "p", "pHolm"]);
    // four topics differ: 2 / 16; one topic differs: 2 / 2. Holm: 2 x .125, then 1
    const figures = rows.map((row) => [...row.slice(0, 3), row[6], row[7]]);
    assert.deepEqual(figures, [
      ["query", "bm25", "tuned", 0.125, 0.25],
      ["english", "bm25", "tuned", 1, 1],
    ]);
    near(rows[0][3] as number, 0.8, 1e-12);
    const other = compareSystems(perQuery, { measure: "recallAt1", baseline: "tuned" });
    near(other.rows[0][3] as number, -0.8, 1e-12);
  });

  it("compares domain by domain where asked", () => {
    const domains = ["a", "b", "a", "a", "b", "a"];
    const rows = (system: string, values: number[]): Cell[][] =>
      values.map((x, i) => [system, "query", domains[i], `g${i}`, `q${i}`, x]);
    const table = { columns, rows: [...rows("bm25", [0, 1, 0, 0, 0, 0]), ...rows("tuned", [1, 1, 1, 1, 1, 1])] };
    const { columns: names, rows: found } = compareSystems(table, { measure: "recallAt1", byDomain: true });
    assert.deepEqual(names.slice(0, 5), ["field", "domain", "first", "second", "difference"]);
    // all four topics of a differ: 2 / 16; one of the two of b: 2 / 2
    assert.deepEqual(
      found.map((row) => [...row.slice(0, 5), row[7], row[8]]),
      [
        ["query", "a", "bm25", "tuned", 1, 0.125, 0.25],
        ["query", "b", "bm25", "tuned", 0.5, 1, 1],
      ],
    );
  });

  it("refuses an unknown measure or baseline, one system, and systems with other queries", () => {
    assert.throws(() => compareSystems(perQuery, { measure: "mapAt10" }), /has no column mapAt10/);
    assert.throws(
      () => compareSystems(perQuery, { measure: "recallAt1", baseline: "x" }),
      /no system x\. There are bm25, tuned/,
    );
    const alone = { columns, rows: line("bm25", "query", [1, 0]) };
    assert.throws(() => compareSystems(alone, { measure: "recallAt1" }), /there must be two systems, got bm25/);
    const uneven = { columns, rows: [...line("bm25", "query", [1, 0]), ...line("tuned", "query", [1])] };
    assert.throws(() => compareSystems(uneven, { measure: "recallAt1" }), /must answer the same queries of query/);
  });
});

describe("compareAnswers", () => {
  const columns = ["system", "field", "domain", "group", "query", "recallAt1", "mrrAt10"];
  const line = (system: string, field: string, values: number[]): Cell[][] =>
    values.map((x, i) => [system, field, null, `g${i}`, `q${i}`, x, 0]);
  const run = (name: string, ...lines: Cell[][][]) => ({ name, perQuery: { columns, rows: lines.flat() } });
  const before = run(
    "before",
    line("tuned", "query", [0, 0, 0, 0, 1]),
    line("bm25", "query", [1, 0, 0, 0, 0]),
    line("tuned", "thai", [1, 1, 1, 1, 1]),
  );
  const after = run(
    "after",
    line("hybrid", "query", [1, 1, 1, 1, 1]),
    line("bm25", "query", [0, 0, 0, 0, 0]),
    line("tuned", "query", [1, 1, 1, 1, 1]),
  );

  it("pairs the systems of the same name, and corrects for all lines", () => {
    const { columns: names, rows } = compareAnswers(before, after, { measure: "recallAt1" });
    assert.deepEqual(names, ["system", "field", "first", "second", "difference", "low", "high", "p", "pHolm"]);
    // by hand as for compareSystems: four topics differ, 2 / 16; one differs, 2 / 2
    assert.deepEqual(
      rows.map((row) => [...row.slice(0, 4), row[7], row[8]]),
      [
        ["tuned", "query", "before", "after", 0.125, 0.25],
        ["bm25", "query", "before", "after", 1, 1],
      ],
    );
    near(rows[0][4] as number, 0.8, 1e-12);
    near(rows[1][4] as number, -0.2, 1e-12);
    const named = (given: typeof before, domain: string) => ({
      ...given,
      perQuery: { columns, rows: given.perQuery.rows.map((row) => [...row.slice(0, 2), domain, ...row.slice(3)]) },
    });
    const byDomain = { measure: "recallAt1", byDomain: true } as const;
    const parts = compareAnswers(named(before, "berita"), named(after, "berita"), byDomain);
    assert.deepEqual(
      parts.rows.map((row) => row.slice(0, 5)),
      [
        ["tuned", "query", "berita", "before", "after"],
        ["bm25", "query", "berita", "before", "after"],
      ],
    );
    assert.throws(() => compareAnswers(before, after, byDomain), /no query has a domain/);
  });

  it("refuses runs that share nothing, lack the measure, or answered other queries", () => {
    const refuse = (other: ReturnType<typeof run>, message: RegExp, measure: "recallAt1" | "mapAt5" = "recallAt1") =>
      assert.throws(() => compareAnswers(before, other, { measure }), { name: "InputError", message });
    refuse(
      run("other", line("hybrid", "query", [1])),
      /before and other must share .* got tuned\/query, .* and hybrid\/query/,
    );
    refuse(after, /before has no mapAt5\. It has recallAt1, mrrAt10/, "mapAt5");
    refuse(
      run("other", line("tuned", "query", [1, 1])),
      /before and other must answer the same queries of tuned \/ query/,
    );
  });
});
