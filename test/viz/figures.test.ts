import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InputError } from "../../src/base/errors.ts";
import { Random } from "../../src/base/random.ts";
import type { Table } from "../../src/base/table.ts";
import {
  curves,
  embeddingMap,
  type Figure,
  falseNegativeBrowser,
  figure,
  heatmap,
  histogram,
  recallBars,
} from "../../src/viz/index.ts";

type Trace = Record<string, never>;

/** The figure's i-th trace, its fields as they are. */
function trace({ data }: Figure, i: number): Trace {
  return data[i] as Trace;
}

function shown(made: object): Record<string, string> {
  return (made as { [key: symbol]: () => Record<string, string> })[Symbol.for("Jupyter.display")]!();
}

const recall: Table = {
  columns: ["system", "field", "recallAt1", "recallAt1Low", "recallAt1High", "queries"],
  rows: [
    ["bm25", "formal", 0.5, 0.375, 0.75, 8],
    ["bm25", "slang", 0.25, 0.25, 0.5, 8],
    ["tuned", "formal", 0.75, 0.5, 1, 8],
  ],
};

describe("a figure", () => {
  const made = figure({ title: "T", data: [{ y: [1] }], layout: { height: 5 }, text: "one" });

  test("is plain JSON, to be stored and compared", () => {
    assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(made))), ["data", "layout"]);
    assert.equal((made.layout as { height: number }).height, 5);
  });

  test("shows itself as plotly's data, with its text for those who cannot draw", () => {
    const bundle = shown(made);
    assert.deepEqual(bundle["application/vnd.plotly.v1+json"], { data: made.data, layout: made.layout });
    assert.equal(bundle["text/plain"], "T\none");
  });
});

describe("curves", () => {
  const words = { title: "Loss", x: "step", y: "nats" };

  test("count their x from 0, and leave a gap for NaN, which JSON has not", () => {
    const made = curves([{ name: "a", y: [3, Number.NaN, 1] }], words);
    assert.deepEqual(trace(made, 0).x, [0, 1, 2]);
    assert.deepEqual(trace(made, 0).y, [3, null, 1]);
  });

  test("a band goes along its upper bound and back along its lower", () => {
    const made = curves([{ name: "a", x: [1, 2], y: [5, 6], low: [4, 5], high: [7, 8] }], words);
    assert.deepEqual(trace(made, 0).x, [1, 2, 2, 1]);
    assert.deepEqual(trace(made, 0).y, [7, 8, 5, 4]);
    assert.deepEqual(trace(made, 1).y, [5, 6]);
  });

  test("as text are drawn small, from their first value to their last", () => {
    assert.match(shown(curves([{ name: "a", y: [0, 7] }], words))["text/plain"]!, /^Loss\na {2}▁█ {2}0 to 7$/);
  });

  test("say what does not fit", () => {
    assert.throws(() => curves([], words), /curves: there are no curves/);
    assert.throws(() => curves([{ name: "a", y: [1], x: [1, 2] }], words), /`x` of a has 2 values and `y` has 1/);
    assert.throws(() => curves([{ name: "a", y: [1], low: [1] }], words), /a has only one bound/);
  });
});

describe("recall bars", () => {
  test("leave a gap where a field has no figure, which is not a figure of 0", () => {
    const table = { ...recall, rows: [["bm25", "formal", null, null, null, 0], recall.rows[1]!] };
    const made = recallBars(table, { title: "R" });
    const { y, error_y } = trace(made, 0) as unknown as { y: unknown[]; error_y: { array: unknown[] } };
    assert.deepEqual(
      [y, error_y.array],
      [
        [null, 0.25],
        [null, 0.25],
      ],
    );
    assert.match(shown(made)["text/plain"]!, /formal, bm25 {2}·{40} {2}– {2}– {2}–/);
  });

  test("one colour a system, the interval as distances from the mean", () => {
    const made = recallBars(recall, { title: "R" });
    assert.equal(made.data.length, 2);
    const { x, y, error_y } = trace(made, 0) as unknown as {
      x: string[];
      y: number[];
      error_y: Record<string, number[]>;
    };
    assert.deepEqual(
      [x, y],
      [
        ["formal", "slang"],
        [0.5, 0.25],
      ],
    );
    assert.deepEqual(
      [error_y.array, error_y.arrayminus],
      [
        [0.25, 0.25],
        [0.125, 0],
      ],
    );
  });

  test("as text are bars of 40 characters for 1", () => {
    const line = shown(recallBars(recall, { title: "R" }))["text/plain"]!.split("\n")[2]!;
    assert.equal(line.match(/█/g)?.length, 20);
    assert.match(line, /0\.500 {2}0\.375 {2}0\.750$/);
  });

  test("say which column a table lacks", () => {
    assert.throws(() => recallBars(recall, { title: "R", measure: "mrrAt10" }), /no column `mrrAt10`, it has system/);
    assert.throws(() => recallBars({ ...recall, rows: [] }, { title: "R" }), /has no rows/);
  });
});

describe("a heatmap", () => {
  test("keeps rows and columns as given, equal labels too", () => {
    const made = heatmap(
      [
        [1, 0.5, 0],
        [0.25, 1, 0.5],
      ],
      { title: "H", rows: ["a", "a"], columns: ["x", "y", "z"] },
    );
    assert.deepEqual(trace(made, 0).z, [
      [1, 0.5, 0],
      [0.25, 1, 0.5],
    ]);
    assert.deepEqual(trace(made, 0).y, ["1 a", "2 a"]);
    assert.match(shown(made)["text/plain"]!, /^H\n1 a {3}1\.00 {2}0\.50 {2}0\.00\n/);
  });

  test("shows labels that look like HTML", () => {
    const made = heatmap([[1]], { title: "H", rows: ["<s>"] });
    assert.deepEqual(trace(made, 0).y, ["1 &lt;s>"]);
    assert.deepEqual(trace(made, 0).customdata, [[["&lt;s>", "&lt;s>"]]]);
    assert.match(shown(made)["text/plain"]!, /1 <s>/);
  });

  test("wants a label for each row and column", () => {
    assert.throws(
      () => heatmap([[1, 2]], { title: "H", rows: ["a"] }),
      /wanted 1 rows of 1 values.*got 2 values in row 0/,
    );
    assert.throws(() => heatmap([], { title: "H", rows: [] }), InputError);
  });
});

describe("a histogram", () => {
  test("gives shares over bins that all samples share", () => {
    const made = histogram(
      [
        { name: "a", values: [0, 1, 2, 3] },
        { name: "b", values: [4, Number.NaN] },
      ],
      { title: "S", x: "score", bins: 2 },
    );
    assert.deepEqual(trace(made, 0).y, [0.5, 0.5]);
    assert.deepEqual(trace(made, 1).y, [0, 1]);
    assert.deepEqual(trace(made, 0).x, [1, 3]);
  });

  test("takes a single value, and no value for an error", () => {
    assert.deepEqual(trace(histogram([{ name: "a", values: [2] }], { title: "S", x: "x", bins: 1 }), 0).y, [1]);
    assert.throws(() => histogram([{ name: "a", values: [] }], { title: "S", x: "x" }), /no finite value/);
  });
});

describe("an embedding map", () => {
  /** Two bunches of 20 points around opposite corners. */
  function bunches(): { data: Float32Array; n: number; d: number } {
    const dice = new Random(5);
    const data = Float32Array.from({ length: 40 * 8 }, (_, i) => (i < 160 ? 1 : -1) + 0.1 * dice.normal());
    return { data, n: 40, d: 8 };
  }
  const groups = Array.from({ length: 40 }, (_, i) => (i < 20 ? "left" : "right"));
  const texts = groups.map((group, i) => `${group} <${i}>`);

  test("keeps near what was near: each point's nearest neighbour is of its own bunch", () => {
    const made = embeddingMap(bunches(), { title: "M", texts, groups });
    const points = made.data.flatMap((one) => {
      const { x, y, name } = one as { x: number[]; y: number[]; name: string };
      return x.map((value, i) => ({ x: value, y: y[i]!, name }));
    });
    assert.equal(points.length, 40);
    for (const one of points) {
      const others = points.filter((other) => other !== one);
      const near = others.sort(
        (a, b) => Math.hypot(a.x - one.x, a.y - one.y) - Math.hypot(b.x - one.x, b.y - one.y),
      )[0]!;
      assert.equal(near.name, one.name);
    }
  });

  test("is the same for the same seed, and another for another", () => {
    const [a, b, c] = [0, 0, 1].map((seed) => JSON.stringify(embeddingMap(bunches(), { title: "M", texts, seed })));
    assert.equal(a, b);
    assert.notEqual(a, c);
  });

  test("shows texts as they are, in lines", () => {
    const text = `${"kata ".repeat(30)}<b>`;
    const four = { data: new Float32Array([1, 0, 0, 1, 1, 1, 0, 0.5]), n: 4, d: 2 };
    const made = embeddingMap(four, { title: "M", texts: [text, "b", "c", "d"] });
    const [first] = trace(made, 0).text as string[];
    assert.equal(first!.replaceAll("<br>", " "), `${"kata ".repeat(30)}&lt;b>`);
    assert.ok(first!.split("<br>").every((line) => line.length <= 80 + "&lt;".length));
  });

  test("breaks lines between characters, not within what stands for `<`, and shows a group's name as it is", () => {
    const text = "<".repeat(100);
    const four = { data: new Float32Array([1, 0, 0, 1, 1, 1, 0, 0.5]), n: 4, d: 2 };
    const made = embeddingMap(four, { title: "M", texts: [text, "b", "c", "d"], groups: ["<s>", "x", "x", "x"] });
    const [first] = trace(made, 0).text as string[];
    assert.equal(first, `${"&lt;".repeat(80)}<br>${"&lt;".repeat(20)}`);
    assert.equal(trace(made, 0).name, "&lt;s>");
  });

  test("wants a text and a group for each vector", () => {
    assert.throws(() => embeddingMap(bunches(), { title: "M", texts: ["a"] }), /40 vectors came with 1 texts/);
    assert.throws(
      () => embeddingMap({ data: new Float32Array(2), n: 2, d: 1 }, { title: "M", texts: ["a", "b"] }),
      /at least 4/,
    );
  });
});

describe("a false-negative browser", () => {
  const suspect = {
    query: "q<1>",
    positives: [
      { text: "best", score: 0.9 },
      { text: "least", score: 0.5 },
    ],
  };
  const suspects = [
    { ...suspect, negative: { text: "too good", score: 0.75 }, gap: 0.25 },
    { ...suspect, query: "q2", negative: { text: "fine", score: 0.25 }, gap: -0.25 },
  ];

  test("sets each negative against the answer that it is nearest to, worst first", () => {
    const made = falseNegativeBrowser(suspects, { title: "F" });
    assert.deepEqual(
      [trace(made, 1).x, trace(made, 1).y],
      [
        [0.5, 0.5],
        [0.75, 0.25],
      ],
    );
    const { values } = trace(made, 2).cells as { values: string[][] };
    assert.deepEqual(values, [
      ["0.250", "-0.250"],
      ["q&lt;1>", "q2"],
      ["least", "least"],
      ["too good", "fine"],
    ]);
  });

  test("says so when there is nothing to show", () => {
    assert.throws(() => falseNegativeBrowser([], { title: "F" }), /there are no suspects/);
  });
});
