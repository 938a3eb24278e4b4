import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { evalTable } from "../../src/eval/evalTable.ts";
import { renderTable } from "../../src/eval/renderTable.ts";

const table = {
  columns: ["system", "field", "recallAt1", "recallAt1Low", "recallAt1High", "mrrAt10", "queries"],
  rows: [
    ["bm25", "query", 0.25, 0.1889, 0.3114, 1, 180],
    ["tuned|a", "query", 1, 0, 1, 0.5, 36],
  ],
};

describe("renderTable", () => {
  it("renders Markdown with intervals in one column", () => {
    const lines = renderTable(table, "markdown").split("\n");
    assert.equal(lines[0], "| system   | field |                 R@1 | MRR@10 | queries |");
    assert.equal(lines[1], "| -------- | ----- | ------------------: | -----: | ------: |");
    assert.equal(lines[2], "| bm25     | query |   .250 [.189, .311] |  1.000 |     180 |");
    assert.equal(lines[3], "| tuned\\|a | query | 1.000 [.000, 1.000] |   .500 |      36 |");
  });

  it("renders text in columns of fixed width", () => {
    const lines = renderTable(table, "text").split("\n");
    assert.deepEqual(
      lines.map((line) => line.length),
      [...lines.map(() => lines[0].length)],
    );
    assert.match(lines[1], /^bm25 {6}query {4}\.250 \[\.189, \.311\] {3}1\.000 {6}180$/);
  });

  it("shows negative fractions, empty cells and a table without rows", () => {
    const odd = {
      columns: ["name", "recallAt1"],
      rows: [
        [null, -0.25],
        ["é😀", null],
      ],
    };
    assert.equal(renderTable(odd, "text"), "name    R@1\n      -.250\né😀");
    assert.equal(renderTable({ columns: ["a"], rows: [] }, "markdown"), "|   a |\n| --: |");
  });
});

describe("evalTable", () => {
  it("is the same table in arquero, columns in order", () => {
    const wrapped = evalTable(table);
    assert.deepEqual(wrapped.columnNames(), table.columns);
    assert.deepEqual(wrapped.array("queries"), [180, 36]);
    assert.equal(wrapped.filter("d => d.recallAt1 > 0.5").get("system", 0), "tuned|a");
  });
});
