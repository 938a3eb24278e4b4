import assert from "node:assert/strict";
import { test } from "node:test";
import { renderReproduction } from "../../../src/lab/reproduce/renderReproduction.ts";
import type { Reproduction } from "../../../src/lab/reproduce/reproduction.ts";
import { reproductionFigure } from "../../../src/lab/reproduce/reproductionFigure.ts";

const found: Reproduction = {
  task: "similarity",
  runId: "ab".repeat(16),
  pool: { name: "pool <one>", isStandIn: false, source: "pool.jsonl", sha256: "c".repeat(64) },
  rows: [
    {
      dataset: "news",
      system: "a & b",
      published: {
        runId: null,
        pool: 9,
        searches: 4,
        hitAt: { 1: { mean: 0.5, low: null, high: null } },
        source: "n.ipynb",
      },
      reproduced: { runId: "ab".repeat(16), pool: 9, searches: 4, hitAt: { 1: { mean: 0.25, low: 0.1, high: 0.4 } } },
      corrected: null,
      why: "corrected: the pool is lost",
    },
    { dataset: "news", system: "gone", published: null, reproduced: null, corrected: null, why: "weights not here" },
  ],
  measured: { columns: ["system", "hitAt1"], rows: [["a & b", 0.25]] },
  tests: { columns: [], rows: [] },
  notes: ["<script>alert(1)</script> is a text"],
};

test("the page gives each figure with its run or the notebook that printed it, and why one is missing", () => {
  const page = renderReproduction(found, "html");
  assert.match(page, /<td class="number" title="n\.ipynb">\.500<\/td>/);
  assert.match(page, new RegExp(`title="run ${found.runId}">\\.250 \\[\\.100, \\.400\\]</td>`));
  assert.match(page, /corrected: the pool is lost.*\n.*gone.*weights not here/);
});

test("the page loads nothing from elsewhere, and texts stay texts", () => {
  const page = renderReproduction(found, "html");
  assert.doesNotMatch(page, /<script|src=|href=|@import|url\(/);
  assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt; is a text/);
  assert.match(page, /<title>similarity on pool &lt;one&gt;<\/title>/);
  assert.match(page, /a &amp; b/);
});

test("the figure puts a mean and its interval where the axis has them, and leaves out lines without figures", () => {
  const figure = reproductionFigure(found.rows);
  // the axis begins at 320 and is 500 long
  assert.match(figure, /<line class="reproduced" x1="370" x2="520" [^>]*\/><circle class="reproduced" cx="445"/);
  assert.match(figure, /<circle class="published" cx="570" cy="\d+" r="4"><title>published 0\.500<\/title>/);
  assert.doesNotMatch(figure, /gone/);
  assert.equal(reproductionFigure(found.rows.slice(1)), "");
});
