import assert from "node:assert/strict";
import { test } from "node:test";
import { sparkline } from "../../src/base/sparkline.ts";

test("the least value is the lowest bar and the greatest the highest", () => {
  assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7]), "▁▂▃▄▅▆▇█");
  assert.equal(sparkline([5, -5]), "█▁");
});

test("a flat curve, an empty one, and values that are no numbers", () => {
  assert.equal(sparkline([2, 2, 2]), "▄▄▄");
  assert.equal(sparkline([]), "");
  assert.equal(sparkline([0, Number.NaN, 1, Number.POSITIVE_INFINITY]), "▁·█·");
});

test("a long curve is shrunk to the width by means", () => {
  assert.equal(sparkline([0, 0, 1, 1, 8, 8], 3), "▁▂█");
  assert.equal([...sparkline(Array.from({ length: 1000 }, (_, i) => i))].length, 24);
});
