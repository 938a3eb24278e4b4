import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Random } from "../../src/base/random.ts";
import { selectTop } from "../../src/search/selectTop.ts";

describe("selectTop", () => {
  it("equals a full stable sort, with many ties, for every k", () => {
    const random = new Random(5);
    for (let trial = 0; trial < 300; trial++) {
      const scores = Float32Array.from({ length: random.int(40) }, () => random.int(7) - 3);
      const k = 1 + random.int(45);
      const sorted = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
      const top = selectTop(scores, k);
      assert.deepEqual(Array.from(top.indices), sorted.slice(0, k));
      assert.deepEqual(
        Array.from(top.scores),
        sorted.slice(0, k).map((i) => scores[i]),
      );
    }
  });
});
