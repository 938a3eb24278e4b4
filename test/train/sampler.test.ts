import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { Sampler, type SamplerOptions } from "../../src/train/sampler.ts";

const sampler = (options: Omit<SamplerOptions, "random">, seed = 1): Sampler =>
  new Sampler({ ...options, random: new Random(seed) });

function all(from: Sampler): number[][] {
  const batches: number[][] = [];
  for (let batch = from.next(); batch; batch = from.next()) batches.push(batch);
  return batches;
}

test("an epoch shows every example once, and leaves out what fills no batch", () => {
  const batches = all(sampler({ count: 11, batchSize: 3, epochs: 1 }));
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [3, 3, 3],
  );
  assert.equal(new Set(batches.flat()).size, 9);
  const even = all(sampler({ count: 12, batchSize: 3, epochs: 1 })).flat();
  assert.deepEqual(
    even.sort((a, b) => a - b),
    Array.from({ length: 12 }, (_, i) => i),
  );
});

test("fewer examples than a batch make one short batch", () => {
  assert.deepEqual(
    all(sampler({ count: 2, batchSize: 8, epochs: 2 })).map((batch) => batch.length),
    [2, 2],
  );
});

test("epochs differ in order, seeds differ, and one seed repeats", () => {
  const run = (seed: number): number[][] => all(sampler({ count: 40, batchSize: 20, epochs: 2 }, seed));
  const [a, b, c, d] = run(5);
  assert.notDeepEqual([a, b], [c, d]);
  assert.deepEqual(run(5), [a, b, c, d]);
  assert.notDeepEqual(run(6), [a, b, c, d]);
});

test("no batch holds twice a key to be kept apart, under fuzz, and the total is right", () => {
  const random = new Random(3);
  for (let trial = 0; trial < 50; trial++) {
    const count = 1 + random.int(60);
    const kinds = 1 + random.int(12);
    const apart = Array.from({ length: count }, () => (random.int(5) === 0 ? undefined : `g${random.int(kinds)}`));
    const from = sampler({ count, batchSize: 1 + random.int(6), epochs: 2, apart }, trial);
    const batches = all(from);
    assert.equal(batches.length, from.total);
    for (const batch of batches) {
      const named = batch.map((i) => apart[i]).filter((group) => group !== undefined);
      assert.equal(new Set(named).size, named.length, `trial ${trial}: ${named}`);
    }
  }
});

test("with fewer keys than places, batches of one of each key are full", () => {
  const apart = Array.from({ length: 30 }, (_, i) => `g${i % 10}`);
  const batches = all(sampler({ count: 30, batchSize: 16, epochs: 1, apart }));
  assert.ok(batches.length >= 2, `${batches.length} batches`);
  for (const batch of batches) assert.equal(batch.length, 10);
});

test("keys kept apart lose nothing when they are equally many", () => {
  const apart = Array.from({ length: 30 }, (_, i) => `g${i % 10}`);
  assert.equal(new Set(all(sampler({ count: 30, batchSize: 1, epochs: 1, apart })).flat()).size, 30);
});

test("what is to stand together does, under fuzz: one key never lies in two batches of an epoch", () => {
  const random = new Random(4);
  for (let trial = 0; trial < 50; trial++) {
    const count = 1 + random.int(60);
    const together = Array.from({ length: count }, () => `k${random.int(12)}`);
    const batchSize = 1 + random.int(20);
    const batches = all(sampler({ count, batchSize, epochs: 1, together }, trial));
    const homes = batches.map((batch) => new Set(batch.map((i) => together[i])));
    for (const batch of batches) {
      const keys = new Set(batch.map((i) => together[i]));
      const whole = together.filter((key) => keys.has(key)).length;
      assert.equal(batch.length, whole, `trial ${trial}: a key is cut`);
      assert.ok(batch.length <= batchSize || keys.size === 1, `trial ${trial}: ${batch.length} of ${batchSize}`);
    }
    assert.equal(
      new Set(homes.flatMap((keys) => [...keys])).size,
      homes.reduce((sum, keys) => sum + keys.size, 0),
    );
  }
});

test("six keys of five fill batches of ten without a rest", () => {
  const together = Array.from({ length: 30 }, (_, i) => `k${i % 6}`);
  const batches = all(sampler({ count: 30, batchSize: 10, epochs: 1, together }));
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [10, 10, 10],
  );
});

test("a restored sampler goes on exactly, from the middle of any epoch and through JSON", () => {
  const options = { count: 17, batchSize: 4, epochs: 3, apart: Array.from({ length: 17 }, (_, i) => `g${i % 7}`) };
  const whole = all(sampler(options));
  for (let taken = 0; taken <= whole.length; taken++) {
    const first = sampler(options);
    for (let i = 0; i < taken; i++) first.next();
    const second = sampler(options, 999);
    second.restore(JSON.parse(JSON.stringify(first.state())));
    assert.deepEqual(second.state(), first.state());
    assert.deepEqual(all(second), whole.slice(taken), `after ${taken} batches`);
  }
});
