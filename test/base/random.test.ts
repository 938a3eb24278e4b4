import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";

const fixture = JSON.parse(readFileSync(new URL("../fixtures/base/random.json", import.meta.url), "utf8"));

test("the sequence is xoshiro128**, as Python's integers work it out", () => {
  for (const [seed, expected] of Object.entries<number[]>(fixture)) {
    const random = new Random(Number(seed));
    assert.deepEqual(
      expected.map(() => random.uint32()),
      expected,
      `seed ${seed}`,
    );
  }
});

test("a saved state goes on exactly where it was taken", () => {
  const random = new Random(7);
  random.normal();
  const copy = Random.from(random.state());
  const rest = Array.from({ length: 50 }, () => random.uniform());
  assert.deepEqual(
    Array.from({ length: 50 }, () => copy.uniform()),
    rest,
  );
});

test("int is uniform also where 2^32 is no multiple of n, and refuses what is no size", () => {
  const random = new Random(1);
  const n = 6;
  const counts = new Array<number>(n).fill(0);
  for (let i = 0; i < 60_000; i++) counts[random.int(n)]++;
  // Chi-square with 5 degrees of freedom is above 20.5 once in a thousand seeds.
  const chiSquare = counts.reduce((sum, c) => sum + (c - 10_000) ** 2 / 10_000, 0);
  assert.ok(chiSquare < 20.5, `chi-square ${chiSquare}`);
  for (const bad of [0, -1, 1.5, Number.NaN, 2 ** 33]) assert.throws(() => random.int(bad), RangeError);
});

test("normal draws have mean 0, variance 1 and the normal's share beyond two", () => {
  const random = new Random(2);
  const draws = Array.from({ length: 100_000 }, () => random.normal());
  const mean = draws.reduce((a, b) => a + b) / draws.length;
  const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length;
  const beyondTwo = draws.filter((x) => Math.abs(x) > 2).length / draws.length;
  // Five standard errors each.
  assert.ok(Math.abs(mean) < 0.016, `mean ${mean}`);
  assert.ok(Math.abs(variance - 1) < 0.023, `variance ${variance}`);
  assert.ok(Math.abs(beyondTwo - 0.0455) < 0.0033, `beyond two ${beyondTwo}`);
});

test("shuffle gives every order of three about as often, and sample never repeats an item", () => {
  const random = new Random(3);
  const orders = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = random.shuffle([0, 1, 2]).join("");
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  assert.equal(orders.size, 6);
  for (const [order, count] of orders) assert.ok(Math.abs(count - 1000) < 150, `${order}: ${count}`);
  const items = Array.from({ length: 20 }, (_, i) => i);
  const drawn = random.sample(items, 8);
  assert.equal(new Set(drawn).size, 8);
  assert.deepEqual(
    random.sample(items, 99).sort((a, b) => a - b),
    items,
  );
});
