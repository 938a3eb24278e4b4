import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { History } from "../../../src/kernel/supervisor/history.ts";

describe("the history", () => {
  const history = new History();
  for (const [i, input] of ["let a = 1", "a + 1", "let b = 2", "a + 1", "f(*)"].entries()) history.add(i + 1, input);
  history.result(4, "2");
  const counts = (request: Record<string, unknown>): number[] => history.answer(request).map(([, count]) => count);

  test("gives the last n cells, all when there are fewer", () => {
    assert.deepEqual(counts({ hist_access_type: "tail", n: 2 }), [4, 5]);
    assert.deepEqual(counts({ hist_access_type: "tail", n: 99 }), [1, 2, 3, 4, 5]);
    assert.deepEqual(counts({ hist_access_type: "tail", n: 0 }), []);
  });

  test("gives a range without its end, of this session only", () => {
    const range = { hist_access_type: "range", start: 2, stop: 4 };
    assert.deepEqual(counts(range), [2, 3]);
    assert.deepEqual(counts({ ...range, session: 1 }), [2, 3]);
    assert.deepEqual(counts({ ...range, session: 2 }), []);
    assert.deepEqual(counts({ ...range, stop: null, start: -2 }), [4, 5]);
  });

  test("finds whole inputs by a glob, in which all but * and ? stands for itself", () => {
    assert.deepEqual(counts({ hist_access_type: "search", pattern: "let ? = *" }), [1, 3]);
    assert.deepEqual(counts({ hist_access_type: "search", pattern: "a + 1" }), [2, 4]);
    assert.deepEqual(counts({ hist_access_type: "search", pattern: "a" }), []);
    assert.deepEqual(counts({ hist_access_type: "search", pattern: "f(*)" }), [5]);
    assert.deepEqual(counts({ hist_access_type: "search", pattern: "*", n: 1 }), [5]);
  });

  test("of equal inputs gives the last one when asked for unique ones", () => {
    assert.deepEqual(counts({ hist_access_type: "search", pattern: "*", unique: true }), [1, 3, 4, 5]);
  });

  test("pairs inputs with their results when asked to", () => {
    const answer = history.answer({ hist_access_type: "tail", n: 2, output: true });
    assert.deepEqual(answer, [
      [1, 4, ["a + 1", "2"]],
      [1, 5, ["f(*)", null]],
    ]);
  });
});
