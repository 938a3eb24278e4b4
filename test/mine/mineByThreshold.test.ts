import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Random } from "../../src/base/random.ts";
import type { Vectors } from "../../src/base/vectors.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { nativeSearch, type ProductType } from "../../src/engine/nativeSearch.ts";
import { openEngine } from "../../src/engine/openEngine.ts";
import { mineByThreshold, type ThresholdOptions, type ThresholdRow } from "../../src/mine/mineByThreshold.ts";
import { thresholdPresets } from "../../src/mine/thresholdPresets.ts";
import { productTypesOf, vectors } from "../search/bruteForce.ts";

const engine = await openEngine({ threads: 1 });

/** The operations that mining uses of an engine without a native search. */
const plain = Object.fromEntries(
  (["tidy", "tensor", "matmul", "transpose", "toFloat32"] as const).map((name) => [
    name,
    (engine[name] as (...args: unknown[]) => unknown).bind(engine),
  ]),
) as unknown as Engine;

const mine = (all: Vectors, options: ThresholdOptions): ThresholdRow[] => [...mineByThreshold(engine, all, options)];

/** Every way to mine, by name. */
const ways: [name: string, engine: Engine, products?: ProductType][] = [
  ["the engine's operations", plain],
  ...productTypesOf(engine).map((products): (typeof ways)[number] => [products, engine, products]),
];
const sorted = (rows: ArrayLike<number>): number[] => Array.from(rows).sort((a, b) => a - b);

/** The other rows by true distance, worked out in float64. */
function brute({ data, n, d }: Vectors, i: number, normalize: boolean): { row: number; distance: number }[] {
  const row = (r: number): number[] => {
    const plain = Array.from(data.subarray(r * d, (r + 1) * d));
    const length = normalize ? Math.sqrt(plain.reduce((sum, x) => sum + x * x, 0)) : 1;
    return plain.map((x) => x / length);
  };
  const own = row(i);
  const distance = (other: number[]): number => Math.sqrt(other.reduce((sum, x, at) => sum + (x - own[at]) ** 2, 0));
  return Array.from({ length: n }, (_, r) => ({ row: r, distance: distance(row(r)) }))
    .filter((other) => other.row !== i)
    .sort((a, b) => a.distance - b.distance || a.row - b.row);
}

function clustered(seed: number, n: number, d: number, scale = 1): Vectors {
  const random = new Random(seed);
  const centres = Array.from({ length: Math.ceil(n / 5) }, () => Array.from({ length: d }, () => random.normal()));
  const rows = Array.from({ length: n }, () => {
    const centre = centres[random.int(centres.length)];
    return centre.map((x) => scale * (x + random.normal() / 4));
  });
  return vectors(rows);
}

interface Fixture {
  cases: {
    vectors: number[][];
    normalize: boolean;
    positive: number;
    negative: number;
    rows: [near: number[], far: number[]][];
  }[];
}

describe("mineByThreshold", () => {
  const { cases }: Fixture = JSON.parse(
    readFileSync(new URL("../fixtures/mine/threshold.json", import.meta.url), "utf8"),
  );
  for (const { vectors: rows, normalize, positive, negative, rows: wanted } of cases)
    it(`finds the sets that scipy's KDTree finds at ${positive} and ${negative}, ${normalize ? "normalised" : "raw"}`, () => {
      for (const blocks of [{}, { anchorRows: 7, corpusRows: 11 }]) {
        const found = mine(vectors(rows), { positive, negative, normalize, ...blocks });
        assert.equal(found.length, wanted.length);
        for (const [i, { anchor, positives, negatives }] of found.entries()) {
          assert.equal(anchor, i);
          assert.deepEqual([sorted(positives.rows), sorted(negatives.rows)], wanted[i], `row ${i}`);
        }
      }
    });

  it("decides pairs as far apart as the threshold, to the last bit, as float64 does", () => {
    // Every distance of the grid is the root of a whole number, so that <= and > meet exact ties.
    const grid = Array.from({ length: 125 }, (_, i) => [i % 5, Math.floor(i / 5) % 5, Math.floor(i / 25)]);
    const found = mine(vectors(grid), { positive: 2, negative: Math.sqrt(8), normalize: false, corpusRows: 13 });
    for (const { anchor, positives, negatives } of found) {
      const square = (r: number) => grid[r].reduce((sum, x, at) => sum + (x - grid[anchor][at]) ** 2, 0);
      const others = [...grid.keys()].filter((r) => r !== anchor);
      assert.deepEqual(
        sorted(positives.rows),
        others.filter((r) => square(r) <= 4),
      );
      assert.deepEqual(
        sorted(negatives.rows),
        others.filter((r) => square(r) > 8),
      );
    }
  });

  it("finds the sets of a float64 search on both sides of a pair's distance, by every type of product", () => {
    assert.ok(nativeSearch(engine) && !nativeSearch(plain), "both ways are tried");
    for (let seed = 0; seed < 60; seed++) {
      const random = new Random(200 + seed);
      const normalize = seed % 2 === 0;
      const d = 1 + random.int(seed % 3 === 0 ? 900 : 70);
      // some directions have most of their length in their last values
      const last = d * random.uniform();
      const base = Array.from({ length: d }, (_, at) => random.normal() * (at < last ? 0.1 : 1));
      const rows: number[][] = [];
      while (rows.length < 60) {
        // pairs closer than any product can tell, copies, multiples, and, raw, zeros and lengths far apart
        const kind = random.int(normalize ? 3 : 4);
        const size = 10 ** -random.int(7);
        if (kind === 0 && rows.length > 0) rows.push(rows[random.int(rows.length)].map((x) => x * (1 + random.int(2))));
        else if (kind === 3) rows.push(base.map((x) => (seed % 3 === 0 ? 0 : x * 10 ** (random.int(43) - 25))));
        else rows.push(base.map((x) => x + size * random.normal()));
      }
      const all = vectors(rows);
      const truth = rows.map((_, i) => brute(all, i, normalize));
      // thresholds at the distance of a pair, or a billionth beside it
      const pick = () => truth[random.int(60)][random.int(59)].distance * (1 + (random.int(3) - 1) * 1e-9);
      const [positive, negative] = [pick(), pick()].sort((a, b) => a - b);
      const blocks = { anchorRows: 1 + random.int(70), corpusRows: 1 + random.int(70) };
      const caps = seed % 4 < 2 ? {} : { positives: 3, negatives: 4, sampling: "top" as const };
      const options = { positive, negative, normalize, ...blocks, ...caps };
      for (const [way, by, products] of ways)
        for (const { anchor, positives, negatives } of mineByThreshold(by, all, { ...options, products })) {
          const told = `seed ${seed}, ${way}, anchor ${anchor}`;
          const near = truth[anchor].filter(({ distance }) => distance <= positive);
          const far = truth[anchor].filter(({ distance }) => distance > negative);
          assert.deepEqual([positives.found, negatives.found], [near.length, far.length], told);
          for (const [kept, wanted, cap = Infinity] of [
            [positives, near, caps.positives],
            [negatives, far, caps.negatives],
          ] as const) {
            // copies lie equally far but for the last bit, so that distances are what can be compared
            const most = Math.min(cap, wanted.length);
            assert.equal(kept.rows.length, most, told);
            for (const [i, distance] of kept.distances.entries()) {
              const off = Math.abs(distance - wanted[i].distance);
              assert.ok(off <= 1e-12 * (wanted[i].distance + (normalize ? 1 : Math.hypot(...rows[anchor]))), told);
            }
            if (most === wanted.length) assert.deepEqual(sorted(kept.rows), sorted(wanted.map(({ row }) => row)), told);
          }
        }
    }
  });

  it("finds the sets among 1,100 rows of lengths from 1 to 12, on one thread and on three", async () => {
    const random = new Random(13);
    const [n, d] = [1100, 410];
    const rows = Array.from({ length: n }, (_, i) =>
      Array.from({ length: d }, () => (random.normal() * (1 + i / 100)) / 20),
    );
    const all = vectors(rows);
    const limits = { positive: 5, negative: 9, normalize: false };
    const anchors = [0, 550, 1099];
    const truth = anchors.map((i) => brute(all, i, false));
    for (const threads of [1, 3]) {
      await openEngine({ threads });
      for (const [way, by, products] of ways) {
        const found = [...mineByThreshold(by, all, { ...limits, products })];
        for (const [i, anchor] of anchors.entries()) {
          const rowsOf = (side: (distance: number) => boolean) =>
            sorted(truth[i].filter(({ distance }) => side(distance)).map(({ row }) => row));
          const { positives, negatives } = found[anchor];
          const told = `${way}, ${threads} threads, row ${anchor}`;
          assert.deepEqual(
            sorted(positives.rows),
            rowsOf((distance) => distance <= 5),
            told,
          );
          assert.deepEqual(
            sorted(negatives.rows),
            rowsOf((distance) => distance > 9),
            told,
          );
        }
      }
    }
    await openEngine({ threads: 1 });
  });

  it("finds exact multiples of a direction at distance 0", () => {
    const all = vectors(
      [3, 1, 49, 7, 25].flatMap((length) => [
        [length, 0],
        [0, length / 4],
        [3 * length, 4 * length],
      ]),
    );
    for (const [way, by, products] of ways)
      for (const { anchor, positives, negatives } of mineByThreshold(by, all, { positive: 0, negative: 0, products })) {
        assert.deepEqual([positives.found, negatives.found], [4, 10], `${way}, row ${anchor}`);
        assert.ok(
          positives.distances.every((distance) => distance === 0),
          way,
        );
      }
  });

  it("tells one distance of a pair, to the last bit, whatever is kept and by whom", () => {
    const all = clustered(11, 70, 37);
    const limits = { positive: 1, negative: 1.2 };
    const wanted = mine(all, { ...limits, positives: 69, negatives: 69, sampling: "top" });
    for (const [way, by, products] of ways)
      assert.deepEqual([...mineByThreshold(by, all, { ...limits, products })], wanted, way);
  });

  it("keeps the nearest where asked, with their distances, and counts the rest", () => {
    for (const [normalize, scale] of [
      [true, 1],
      [false, 1],
      [false, 1e-20],
      [false, 1e15],
    ] as const) {
      const all = clustered(5, 90, 10, scale);
      const unit = normalize ? 1 : scale;
      const limits = { positive: 1.1 * unit, negative: 1.2 * unit, normalize };
      const found = mine(all, { ...limits, positives: 2, negatives: 4, sampling: "top", anchorRows: 8, corpusRows: 9 });
      for (const { anchor, positives, negatives } of found) {
        const truth = brute(all, anchor, normalize);
        const near = truth.filter(({ distance }) => distance <= limits.positive);
        const far = truth.filter(({ distance }) => distance > limits.negative);
        assert.deepEqual(
          [positives.found, negatives.found],
          [near.length, far.length],
          `row ${anchor}, scale ${scale}`,
        );
        for (const [kept, wanted] of [
          [positives, near.slice(0, 2)],
          [negatives, far.slice(0, 4)],
        ] as const) {
          assert.deepEqual(
            [...kept.rows],
            wanted.map(({ row }) => row),
          );
          for (const [i, distance] of kept.distances.entries())
            assert.ok(Math.abs(distance - wanted[i].distance) <= 1e-12 * unit, `${distance}, ${wanted[i].distance}`);
        }
      }
    }
  });

  it("samples evenly from all that lie beyond, the same for the same seed, however the work is cut", () => {
    const all = clustered(6, 40, 6);
    const limits = { positive: 0.5, negative: 0.9, positives: 1, negatives: 5 };
    const counts = new Map<number, number>();
    const far = new Set(
      brute(all, 3, true)
        .filter(({ distance }) => distance > 0.9)
        .map(({ row }) => row),
    );
    for (let seed = 0; seed < 400; seed++) {
      const [{ negatives }] = mine(all, { ...limits, seed, anchors: [3, 4] });
      assert.deepEqual([negatives.rows.length, new Set(negatives.rows).size, negatives.found], [5, 5, far.size]);
      for (const row of negatives.rows) counts.set(row, (counts.get(row) ?? 0) + 1);
      if (seed < 3) {
        const whole = mine(all, { ...limits, seed });
        assert.deepEqual(whole, mine(all, { ...limits, seed, anchorRows: 3, corpusRows: 7 }));
        assert.deepEqual(whole[3].negatives, negatives);
        for (const [way, by, products] of ways)
          assert.deepEqual([...mineByThreshold(by, all, { ...limits, seed, products, corpusRows: 9 })], whole, way);
      }
    }
    assert.deepEqual(sorted([...counts.keys()]), sorted([...far]));
    // A count has mean 2000 / far and at most that variance; five deviations.
    const mean = 2000 / far.size;
    for (const [row, count] of counts)
      assert.ok(Math.abs(count - mean) < 5 * Math.sqrt(mean), `row ${row}: ${count}, ${mean} expected`);
  });

  it("reports anchors as they are done", () => {
    const seen: string[] = [];
    const onProgress = ({ done, total }: { done: number; total: number }) => seen.push(`${done}/${total}`);
    mine(clustered(7, 10, 4), { positive: 0.1, negative: 1, anchors: [2, 9], anchorRows: 3, onProgress });
    assert.deepEqual(seen, ["3/7", "6/7", "7/7"]);
  });

  it("never holds a block that grows with the square of the number of texts", () => {
    const n = 3000;
    let largest = 0;
    const watched = Object.create(plain, {
      matmul: {
        value: (...sides: Parameters<typeof engine.matmul>) => {
          const product = engine.matmul(...sides);
          largest = Math.max(largest, product.shape[0] * product.shape[1]);
          return product;
        },
      },
    });
    const options = { positive: 0.1, negative: 0.5, negatives: 3, positives: 3, anchorRows: 64, corpusRows: 256 };
    let rows = 0;
    for (const { negatives } of mineByThreshold(watched, clustered(8, n, 4), options)) rows += negatives.rows.length;
    assert.equal(rows, 3 * n);
    assert.equal(largest, 64 * 256);
  });

  it("mines 20,000 texts without room for their 400 million distances", () => {
    const n = 20_000;
    const random = new Random(12);
    const all = { data: Float32Array.from({ length: 4 * n }, () => random.normal()), n, d: 4 };
    const options = { positive: 0.1, negative: 0.5, positives: 3, negatives: 3 };
    const before = process.memoryUsage.rss();
    let largest = 0;
    for (const { anchor } of mineByThreshold(engine, all, options))
      if (anchor % 500 === 0) largest = Math.max(largest, process.memoryUsage.rss() - before);
    // a fifth of their 1.6 GB in float32
    assert.ok(largest < 320e6, `${largest} bytes more`);
  });

  it("mines a block in halves whose anchors keep too many rows together, and finds the same", () => {
    // 2,100 times 2,099 rows of one place are more than 2^22
    const n = 2100;
    const seen: number[] = [];
    const options = {
      positive: 0.1,
      negative: 0.5,
      anchorRows: n,
      onProgress: ({ done }: { done: number }) => void seen.push(done),
    };
    const found = mine({ data: new Float32Array(n).fill(1), n, d: 1 }, options);
    assert.deepEqual(seen, [1050, 2100]);
    assert.ok(found.every(({ positives, negatives }) => positives.found === n - 1 && negatives.found === 0));
    assert.deepEqual([...found[1].positives.rows.subarray(0, 3)], [0, 2, 3]);
  });

  it("refuses what cannot be mined, and says which row or option", () => {
    const good = clustered(9, 8, 3);
    const limits = { positive: 0.4, negative: 0.8 };
    const refuse = (all: Vectors, options: Partial<ThresholdOptions>, message: RegExp, name = "InputError") =>
      assert.throws(() => mine(all, { ...limits, ...options }), { name, message });
    const withValue = (value: number): Vectors => ({ ...good, data: good.data.with(7, value) });
    refuse({ data: new Float32Array(0), n: 0, d: 3 }, {}, /vectors has no vectors/);
    refuse(withValue(Number.NaN), {}, /row 2 of vectors holds NaN/);
    refuse(withValue(Number.POSITIVE_INFINITY), {}, /row 2 of vectors holds NaN or an infinity/);
    refuse({ ...good, d: 4 }, {}, /vectors must hold \[8, 4\] values, got 24/, "ShapeError");
    refuse(vectors([[1], [0]]), {}, /row 1 is a vector of zeros, which has no direction/);
    refuse(withValue(3e19), { normalize: false }, /row 2 has length 3\.00e\+19/);
    refuse(good, { positive: 0.9 }, /0 <= positive <= negative, got 0\.9 and 0\.8/);
    refuse(good, { positive: -1 }, /got -1 and 0\.8/);
    refuse(good, { negative: Number.NaN }, /got 0\.4 and NaN/);
    refuse(good, { negatives: 0 }, /negatives must be a whole number above 0, got 0/);
    refuse(good, { positives: 1.5 }, /positives must be a whole number above 0, got 1\.5/);
    const many = { data: new Float32Array(50_000).fill(1), n: 50_000, d: 1 };
    const large = { anchorRows: 50_000, corpusRows: 50_000 };
    refuse(many, large, /^mineByThreshold: a block holds more than 2\^31 - 1 pairs.*smaller blocks/, "EngineError");
    refuse(good, { anchors: [4, 9] }, /anchors must be \[from, to\) with 0 <= from < to <= 8.*got \[4, 9\]/);
  });

  it("has the presets that docs/mining.md tells", () => {
    const page = readFileSync(new URL("../../docs/mining.md", import.meta.url), "utf8");
    const told = page.split("\n").flatMap((line) => {
      const [, names, positive, negative, unit, kept] = line.split("|").map((cell) => cell.trim());
      if (!/^`(ada|bge|post)-/.test(names ?? "")) return [];
      const [positives, negatives] = kept.split(", ").map((cap) => (cap === "all" ? Infinity : Number(cap)));
      const limits = { positive: Number(positive), negative: Number(negative), normalize: unit === "yes" };
      return names.split(", ").map((name) => [name.slice(1, -1), { ...limits, positives, negatives }]);
    });
    assert.deepEqual(Object.fromEntries(told), { ...thresholdPresets });
  });

  it("has a preset for each set of the paper whose thresholds are known", () => {
    assert.equal(Object.keys(thresholdPresets).length, 18);
    for (const [name, { positive, negative, normalize }] of Object.entries(thresholdPresets)) {
      assert.ok(positive < negative, name);
      assert.equal(normalize, negative <= 2, `${name}: two vectors of length 1 are at most 2 apart`);
    }
    assert.deepEqual(thresholdPresets["ada-b.cari"], {
      positive: 0.45,
      negative: 0.8,
      normalize: true,
      positives: Infinity,
      negatives: 10,
    });
  });
});
