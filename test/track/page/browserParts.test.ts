import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { csvRows } from "../../../src/track/page/browser/csvRows.ts";
import { toCsv, toLatex, toMarkdown } from "../../../src/track/page/browser/exportTable.ts";
import {
  formatBytes,
  formatDuration,
  formatNumber,
  formatTick,
  measureTitle,
} from "../../../src/track/page/browser/format.ts";
import { joinTables } from "../../../src/track/page/browser/joinTables.ts";
import { bestOf, cellText, shownColumns } from "../../../src/track/page/browser/measures.ts";
import { runLook } from "../../../src/track/page/browser/runColour.ts";
import { meanOf, tableRows } from "../../../src/track/page/browser/runRows.ts";
import { linearTicks, makeScale } from "../../../src/track/page/browser/scale.ts";
import { nearest } from "../../../src/track/page/browser/series.ts";
import { smooth } from "../../../src/track/page/browser/smooth.ts";
import type { RunItem } from "../../../src/track/page/pageWire.ts";

const TABLE = {
  columns: ["system", "queries", "recallAt10", "recallAt10Low", "recallAt10High", "loss"],
  rows: [
    ["bm25 | a_b", 480, 0.25, 0.189, 0.311, 0.5],
    ["50% <x>\\", 480, 0.5, 0.4, 0.6, 0.25],
  ],
};

describe("a table of measures", () => {
  const columns = shownColumns(TABLE);

  test("takes bounds along with their measure and names it as papers do", () => {
    assert.deepEqual(
      columns.map(({ title }) => title),
      ["system", "queries", "R@10", "loss"],
    );
    assert.equal(cellText(TABLE.rows[0], columns[2]), ".250 [.189, .311]");
  });

  test("is best where it is highest, a loss where it is lowest, a count nowhere", () => {
    assert.deepEqual(
      columns.map((column) => bestOf(TABLE.rows, column)),
      [null, null, 0.5, 0.25],
    );
  });

  test("becomes Markdown in which no cell breaks the table", () => {
    const lines = [
      "| system | queries | R@10 | loss |",
      "| --- | ---: | ---: | ---: |",
      "| bm25 \\| a\\_b | 480 | .250 [.189, .311] | 0.5000 |",
      "| 50% \\<x\\>\\\\ | 480 | **.500 [.400, .600]** | **0.2500** |",
      "",
    ];
    assert.equal(toMarkdown(TABLE, columns), lines.join("\n"));
  });

  test("becomes LaTeX in which no cell is a command", () => {
    const lines = [
      ...["\\begin{tabular}{lrrr}", "\\toprule", "system & queries & R@10 & loss \\\\", "\\midrule"],
      "bm25 | a\\_b & 480 & .250 [.189, .311] & 0.5000 \\\\",
      "50\\% \\textless{}x\\textgreater{}\\textbackslash{} & 480 & \\textbf{.500 [.400, .600]} & \\textbf{0.2500} \\\\",
      ...["\\bottomrule", "\\end{tabular}", ""],
    ];
    assert.equal(toLatex(TABLE, columns), lines.join("\n"));
  });

  test("becomes CSV with every column in full precision, and no formula for a spreadsheet", () => {
    const table = {
      columns: ["run", "x, y", "z"],
      rows: [
        ["=1+1", 0.1 + 0.2, null],
        ['a "b"', -1.5, "-1.5"],
      ],
    };
    assert.equal(toCsv(table), `run,"x, y",z\n'=1+1,0.30000000000000004,\n"a ""b""",-1.5,-1.5\n`);
  });

  test("of several runs stands below each other, with gaps where a run has no such column", () => {
    const joined = joinTables([
      { run: "a", table: { columns: ["x"], rows: [[1]] } },
      { run: "b", table: null },
      { run: "c", table: { columns: ["y", "x"], rows: [[2, 3]] } },
    ]);
    assert.deepEqual(joined, {
      columns: ["run", "x", "y"],
      rows: [
        ["a", 1, null],
        ["c", 3, 2],
      ],
    });
  });
});

describe("numbers for people", () => {
  test("have about four digits and say NaN and infinity", () => {
    const shown = [0, 12, 0.123456, 1234.5678, 1e-9, Number.NaN, Number.NEGATIVE_INFINITY].map(formatNumber);
    assert.deepEqual(shown, ["0", "12", "0.1235", "1234.6", "1.00e-9", "NaN", "−∞"]);
    assert.deepEqual([0.30000000000000004, 5e-5, -2].map(formatTick), ["0.3", "5e−5", "−2"]);
  });

  test("tell durations and sizes", () => {
    assert.deepEqual([12, 4_200, 42_000, 185_000, 7_800_000].map(formatDuration), [
      "12 ms",
      "4.2 s",
      "42 s",
      "3 min 05 s",
      "2 h 10 min",
    ]);
    assert.deepEqual([999, 1_500, 2_340_000].map(formatBytes), ["999 B", "1.50 kB", "2.34 MB"]);
  });

  test("name measures as papers do and leave other names", () => {
    assert.deepEqual(["recallAt10", "dev/recall_at_5", "ndcgAt10", "loss"].map(measureTitle), [
      "R@10",
      "dev/R@5",
      "nDCG@10",
      "loss",
    ]);
  });
});

describe("axes", () => {
  test("have round ticks within the range, exactly spelt", () => {
    assert.deepEqual(linearTicks([0, 1], 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(linearTicks([-0.31, 0.29], 3), [-0.2, 0, 0.2]);
  });

  test("lead from values to pixels and back, logarithmic ones by equal factors", () => {
    const scale = makeScale({ domain: [0.01, 100], range: [0, 400], isLog: true, ticks: 5 });
    assert.deepEqual(
      [0.01, 0.1, 1, 10, 100].map((v) => Math.round(scale.toPixel(v))),
      [0, 100, 200, 300, 400],
    );
    assert.ok(Math.abs(scale.toValue(250) - Math.sqrt(10)) < 1e-9, "half of a decade is its square root");
  });

  test("put the only value there is in the middle", () => {
    for (const isLog of [false, true]) {
      const scale = makeScale({ domain: [20, 20], range: [0, 400], isLog, ticks: 5 });
      assert.equal(scale.toPixel(20), 200);
      assert.ok(Math.abs(scale.toValue(200) - 20) < 1e-9, `${scale.toValue(200)}`);
    }
  });

  test("find the nearest point", () => {
    assert.deepEqual(
      [-5, 0.4, 0.6, 7, 99].map((x) => nearest([0, 1, 10], x)),
      [0, 0, 1, 2, 2],
    );
    assert.equal(nearest([], 1), -1);
  });
});

test("smoothing begins at the first value, keeps a constant, and passes over NaN", () => {
  assert.deepEqual(
    smooth([2, 2, 2], 0.9).map((v) => v.toFixed(9)),
    ["2.000000000", "2.000000000", "2.000000000"],
  );
  // By hand: (0.5 * 0.5 * 1 + 0.5 * 3) / (1 - 0.5²) = 1.75 / 0.75.
  const [first, gap, third] = smooth([1, Number.NaN, 3], 0.5);
  assert.equal(first, 1);
  assert.ok(Number.isNaN(gap), "NaN stays");
  assert.ok(Math.abs(third - 1.75 / 0.75) < 1e-12, `got ${third}`);
});

test("any two of 20 runs made one after another are told apart by hue, lightness or dash, wherever the row begins", () => {
  for (let first = 1; first < 500; first++)
    for (let other = first + 1; other < first + 20; other++) {
      const [a, b] = [runLook(first), runLook(other)];
      const turn = Math.abs(a.hue - b.hue);
      const isApart =
        Math.min(turn, 360 - turn) >= 15 || Math.abs(a.lightness - b.lightness) >= 0.05 || a.dash !== b.dash;
      assert.ok(isApart, `runs ${first} and ${other}: ${a.colour} and ${b.colour}`);
    }
});

test("CSV is read as RFC 4180 has it", () => {
  assert.deepEqual(csvRows('a,b\r\n"x, ""y""\nz",2\n'), [
    ["a", "b"],
    ['x, "y"\nz', "2"],
  ]);
  assert.deepEqual(csvRows("a\tb,c", "\t"), [["a", "b,c"]]);
});

describe("groups of runs", () => {
  const run = (id: string, ...values: RunItem["values"]): RunItem => {
    const rest = {
      name: id,
      experimentId: "0",
      state: "FINISHED",
      start: 0,
      end: 0,
      parent: null,
      star: false,
      note: "",
    } as const;
    return { id, number: 1, values, ...rest };
  };

  test("have the mean and the sample's deviation of each number, in the order of their first run", () => {
    const rows = tableRows([run("1", "b", 1), run("2", "a", 5), run("3", "b", 3)], 0, new Set(["a"]));
    const words = rows.map((row) =>
      row.kind === "run" ? row.run.id : `${row.name} ${row.runs.length} ${row.means[1]?.mean}`,
    );
    assert.deepEqual(words, ["b 2 2", "1", "3", "a 1 5"]);
    assert.ok(Math.abs((meanOf([1, 3])?.deviation ?? 0) - Math.SQRT2) < 1e-12, "deviation of 1 and 3");
    assert.equal(meanOf(["x", 1]), null);
  });
});
