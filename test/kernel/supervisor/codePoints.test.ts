import assert from "node:assert/strict";
import { test } from "node:test";
import { codePointsBefore, offsetOf } from "../../../src/kernel/supervisor/codePoints.ts";

test("positions count code points there and UTF-16 units here", () => {
  const text = "a😀é😀b";
  for (const [points, offset] of [0, 1, 3, 4, 6, 7].entries()) {
    assert.equal(offsetOf(text, points), offset);
    assert.equal(codePointsBefore(text, offset), points);
  }
  assert.equal(offsetOf(text, 99), 7);
  assert.equal(codePointsBefore(text, 99), 5);
});
