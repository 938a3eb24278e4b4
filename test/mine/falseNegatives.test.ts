import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { falseNegativePage } from "../../src/mine/falseNegativePage.ts";
import { falseNegatives } from "../../src/mine/falseNegatives.ts";
import type { MinedQuery } from "../../src/mine/formatMined.ts";

const mined: MinedQuery[] = [
  {
    query: "siapa naib canselor?",
    positives: [
      { text: "rendah", score: 0.5 },
      { text: "tinggi", score: 0.75 },
    ],
    negatives: [
      { text: "antara", score: 0.625 },
      { text: "jauh", score: 0.125 },
    ],
  },
  {
    query: "bila hari malaysia?",
    positives: [{ text: "16 September", score: 0.25 }],
    negatives: [
      { text: "31 Ogos", score: 0.75 },
      { text: "sama", score: 0.25 },
    ],
  },
  { query: "tiada", positives: [], negatives: [{ text: "x", score: 1 }] },
];

describe("falseNegatives", () => {
  it("puts the negatives furthest above their query's lowest positive first", () => {
    assert.deepEqual(
      falseNegatives(mined).map(({ negative, gap }) => [negative.text, gap]),
      [
        ["31 Ogos", 0.5],
        ["antara", 0.125],
        ["sama", 0],
        ["jauh", -0.375],
      ],
    );
    const [first, second] = falseNegatives(mined, 2);
    assert.equal(first.query, "bila hari malaysia?");
    assert.deepEqual(
      second.positives.map(({ text }) => text),
      ["tinggi", "rendah"],
    );
    assert.equal(falseNegatives(mined, 2).length, 2);
  });

  it("refuses to list none", () => {
    assert.throws(() => falseNegatives(mined, 0), { name: "InputError", message: /most must be .* above 0, got 0/ });
  });
});

describe("falseNegativePage", () => {
  const nasty = `</script><img src=x onerror="alert(1)"> & 'petik'`;
  const page = falseNegativePage({
    suspects: falseNegatives([
      {
        query: nasty,
        positives: [{ text: `p ${nasty}`, score: 0.5 }],
        negatives: [{ text: `n ${nasty}`, score: 0.75 }],
      },
      ...mined,
    ]),
    negatives: 6,
    scoredBy: `model <b>${nasty}`,
  });

  it("shows every text as it is and runs none of it", () => {
    const escaped = "&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; &#39;petik&#39;";
    assert.equal(page.split(escaped).length - 1, 4);
    assert.ok(!page.includes("<img"), "an image of a text became one of the page");
    assert.ok(!page.includes("<b>"), "markup of the model's name became markup of the page");
    assert.equal(page.split("</script>").length - 1, 1);
  });

  it("stands alone: no link, no file beside it", () => {
    const own = page.replaceAll(/&lt;.*?&gt;/g, "");
    assert.doesNotMatch(own, /<(link|img|iframe)\b|<script[^>]*src|https?:|url\(|@import/);
    assert.match(own, /Content-Security-Policy" content="default-src 'none'/);
  });

  it("lists the worst first, with its scores", () => {
    const order = ["31 Ogos", "antara", "sama", "jauh"].map((text) => page.indexOf(`</span> ${text}</dd>`));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
    assert.ok(order[0] > 0, "the worst is not on the page");
    assert.match(page, /0\.500 above the lowest positive.*\n.*bila hari malaysia\?/);
    assert.match(page, /0\.375 below the lowest positive/);
    assert.match(page, /6 negatives mined.*Here are the 5\s+that stand .*; 3 of them score above one/s);
  });
});
