import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { Random } from "../../../src/base/random.ts";
import type { Vectors } from "../../../src/base/vectors.ts";
import { writeNpy } from "../../../src/data/npy.ts";
import { openEngine } from "../../../src/engine/openEngine.ts";
import { DistanceSpace } from "../../../src/mine/distanceSpace.ts";
import { mineByThreshold, type ThresholdOptions } from "../../../src/mine/mineByThreshold.ts";
import { RowsOnDisk } from "../../../src/mine/stream/rowsOnDisk.ts";
import {
  type DiskThresholdOptions,
  type ThresholdOnDisk,
  thresholdFromDisk,
} from "../../../src/mine/stream/thresholdFromDisk.ts";
import { thresholdPlan } from "../../../src/mine/stream/thresholdPlan.ts";
import { VectorFile } from "../../../src/mine/stream/vectorFile.ts";
import { each, spelledVectors } from "./child/drawnTexts.ts";

const engine = await openEngine({ threads: 1 });
const room = mkdtempSync(join(tmpdir(), "sulam-threshold-"));
after(() => rmSync(room, { recursive: true }));
const path = join(room, "vectors.npy");
/** Blocks of some hundred anchors. */
const BUDGET = (48 << 20) + 4_000_000;

function drawn(random: Random, n: number): Vectors {
  const d = 2 + random.int(12);
  return { data: Float32Array.from({ length: n * d }, () => random.int(9) - 4.5), n, d };
}

const textsOf = (n: number): string[] => Array.from({ length: n }, (_, i) => `teks ${i}`);

function onDisk(texts: readonly string[], options: DiskThresholdOptions) {
  const input = { texts: each(texts), parts: join(room, "parts"), call: "a test" };
  const use = async ({ rows, resumed }: ThresholdOnDisk) => ({ rows: [...rows()], resumed });
  return thresholdFromDisk({ path, engine }, input, { budget: BUDGET, ...options }, use);
}

function inMemory(vectors: Vectors, texts: readonly string[], options: ThresholdOptions) {
  const kept = ({ rows, distances, found }: { rows: Int32Array; distances: Float64Array; found: number }) => ({
    texts: Array.from(rows, (row) => texts[row]),
    distances: [...distances],
    found,
  });
  return [...mineByThreshold(engine, vectors, options)].map(({ anchor, positives, negatives }) => ({
    text: texts[anchor],
    positives: kept(positives),
    negatives: kept(negatives),
  }));
}

describe("thresholdFromDisk", () => {
  it("finds what mineByThreshold finds in memory, to the last bit, under drawn options", async () => {
    const random = new Random(4);
    for (let turn = 0; turn < 8; turn++) {
      const vectors = drawn(random, 100 + random.int(900));
      await writeNpy(path, vectors);
      const texts = textsOf(vectors.n);
      const normalize = random.int(2) === 0;
      const options: ThresholdOptions = {
        positive: normalize ? 0.3 + random.int(3) / 10 : 2 + random.int(4),
        negative: normalize ? 1 + random.int(4) / 10 : 8 + random.int(4),
        normalize,
        positives: random.int(3) === 0 ? undefined : 1 + random.int(6),
        negatives: random.int(4) === 0 ? undefined : 1 + random.int(6),
        sampling: random.int(2) === 0 ? "top" : "random",
        seed: random.int(1000),
      };
      const { rows } = await onDisk(texts, options);
      assert.deepEqual(rows, inMemory(vectors, texts, options), JSON.stringify(options));
      assert.deepEqual(readdirSync(room), ["vectors.npy"], "the parts are gone");
    }
  });

  it("goes on with the shards of a try that was stopped, and refuses them to other thresholds", async () => {
    const random = new Random(6);
    const vectors = drawn(random, 3000);
    await writeNpy(path, vectors);
    const options = { positive: 0.4, negative: 1.2, positives: 3, negatives: 3 };
    const stop = new AbortController();
    const onMined = ({ done }: { done: number }) => done > 900 && stop.abort();
    await assert.rejects(onDisk(textsOf(3000), { ...options, onMined, signal: stop.signal }), { name: "AbortError" });
    await assert.rejects(
      onDisk(textsOf(3000), { ...options, positive: 0.3 }),
      /holds parts of a call with other files/,
    );
    const { rows, resumed } = await onDisk(textsOf(3000), options);
    assert.ok(resumed > 0);
    assert.deepEqual(rows, inMemory(vectors, textsOf(3000), options));
  });

  it("encodes texts, those that are the same once", async () => {
    const texts = ["satu", "Satu", "dua", "tiga", "dua"];
    const input = { texts: each(texts), parts: join(room, "parts"), call: "a test" };
    const seen: string[] = [];
    const encode = (some: readonly string[]) => {
      seen.push(...some);
      return spelledVectors(some);
    };
    const options = { positive: 1, negative: 1, normalize: false };
    const rows = await thresholdFromDisk({ encode, engine }, input, options, async (mined) => [...mined.rows()]);
    assert.deepEqual(seen, ["satu", "dua", "tiga"]);
    assert.deepEqual(rows, inMemory(await spelledVectors(seen), seen, options));
  });

  it("refuses too little memory, no texts, another number of vectors, and a row that cannot be compared", async () => {
    const vectors = drawn(new Random(1), 2100);
    vectors.data[2000 * vectors.d] = Number.NaN;
    await writeNpy(path, vectors);
    const options = { positive: 0.4, negative: 1.2, positives: 3, negatives: 3 };
    await assert.rejects(onDisk(textsOf(2100), options), /mineByThreshold: row 2000 of vectors holds NaN/);
    await assert.rejects(onDisk(textsOf(2099), options), /holds 2100 vectors, there are 2099 distinct texts/);
    await assert.rejects(onDisk([], options), /there are no texts/);
    await assert.rejects(onDisk(textsOf(2100), { ...options, budget: 1e6 }), /budget: must be at least \d+ MB/);
    assert.deepEqual(readdirSync(room), ["vectors.npy"], "no parts are left");
  });

  it("refuses with a budget that would do", () => {
    for (const load of [
      { n: 1000, d: 768, kept: 10 },
      { n: 300, d: 768, kept: 10 },
      { n: 1500, d: 64, kept: 100 },
      { n: 1_000_000, d: 768, kept: Number.POSITIVE_INFINITY },
    ]) {
      let wanted = 0;
      assert.throws(
        () => thresholdPlan(load, 1e6, 3e6),
        (error: Error) => {
          wanted = Number(/at least (\d+) MB/.exec(error.message)?.[1]);
          return true;
        },
      );
      assert.ok(thresholdPlan(load, wanted * 1e6, 3e6) >= 1, `${wanted} MB`);
      assert.throws(() => thresholdPlan(load, (wanted - 2) * 1e6, 3e6), /must be at least/);
    }
  });

  it("holds no more than its pieces, whatever an anchor keeps", async () => {
    const vectors = drawn(new Random(2), 3000);
    await writeNpy(path, vectors);
    let most = 0;
    const file = await VectorFile.open(path);
    const counting = {
      n: file.n,
      d: file.d,
      read: (from: number, count: number, into: Float32Array) => {
        most = Math.max(most, into.buffer.byteLength);
        return file.read(from, count, into);
      },
    };
    const rows = new RowsOnDisk(counting, true);
    const all = Int32Array.from({ length: 2999 }, (_, i) => i + 1);
    const distances = rows.distances(0, all);
    const held = new DistanceSpace("test", vectors, true);
    assert.deepEqual(
      distances,
      Float64Array.from(all, (row) => held.between(0, row)),
    );
    assert.ok(most <= 1025 * 4 * vectors.d, `${most} bytes`);
    file.close();
  });

  it("plans blocks that fit the budget, the larger the more there is", () => {
    const load = { n: 1_000_000, d: 768, kept: 10 };
    assert.equal(thresholdPlan(load, 2e9, 0), 2048);
    const sides = [80e6, 100e6, 200e6, 400e6].map((budget) => thresholdPlan(load, budget, 0));
    assert.deepEqual(
      sides,
      [...sides].sort((a, b) => a - b),
    );
    for (const [i, budget] of [80e6, 100e6, 200e6, 400e6].entries())
      assert.ok(40 * sides[i] ** 2 + 8 * sides[i] * 768 < budget - (48 << 20), `${sides[i]} of ${budget}`);
    // one that keeps everything gets fewer anchors, however many texts there are
    assert.ok(thresholdPlan({ ...load, kept: Number.POSITIVE_INFINITY }, 1e9, 0) < 16);
  });
});
