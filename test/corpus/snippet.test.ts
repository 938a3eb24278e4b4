import assert from "node:assert/strict";
import { test } from "node:test";
import { snippet } from "../../src/corpus/snippet.ts";

test("a short passage is shown whole, on one line", () => {
  assert.equal(snippet("satu\n dua\ttiga ", "dua"), "satu dua tiga");
});

test("a long one is cut to the thirty words that hold most of the query's", () => {
  const filler = Array.from({ length: 40 }, (_, i) => `w${i}`);
  const words = [...filler, "Bayaran", "zakat,", ...filler];
  const shown = snippet(words.join(" "), "bayaran zakat");
  assert.match(shown, /^… .*Bayaran zakat, *…$/);
  assert.equal(shown.split(" ").length, 32);
  assert.equal(snippet(words.join(" "), "tiada"), `${words.slice(0, 30).join(" ")} …`);
});
