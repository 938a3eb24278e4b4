import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compareNotebooks } from "../../src/kernel/notebook/compareNotebooks.ts";
import { compareOutputs } from "../../src/kernel/notebook/compareOutputs.ts";
import type { Output } from "../../src/kernel/notebook/notebook.ts";
import { code, notebook } from "./notebook/notebooks.ts";
import { randomNotebook } from "./notebook/randomNotebook.ts";

const strict = { tolerance: 1e-9, absolute: 0, normalize: false };
const print = (text: string): Output => ({ output_type: "stream", name: "stdout", text });
const show = (data: Record<string, unknown>): Output => ({ output_type: "display_data", data, metadata: {} });
const table = (cell: string, id: string): Output =>
  show({ "text/html": `<table id="${id}"><tr><th>a</th></tr><tr><td>${cell}</td></tr></table>`, "text/plain": id });
const figure = (y: number, title = "t"): Output =>
  show({
    "application/vnd.plotly.v1+json": {
      data: [{ x: [1, 2], y: [0, y] }],
      layout: { title },
      config: { id: Math.random() },
    },
    "text/html": `<div id="${Math.random()}"></div>`,
  });

/** What differs, of one output each. */
function differs(a: Output, b: Output, rules = strict): string[] {
  return compareOutputs([a], [b], rules).map(({ what }) => what);
}

describe("outputs count as the same", () => {
  const same: [string, Output, Output][] = [
    ["numbers within a billionth", print("loss 0.1234567890123 after 3"), print("loss 0.1234567890124 after 3")],
    ["a figure with other ids and the same data", figure(2), figure(2.0000000001)],
    ["a table with the same cells and other markup", table("1.5", "x"), table(" <b>1.5</b>", "y")],
    ["another picture", show({ "image/png": "aaaa" }), show({ "image/png": "bbbb" })],
    ["text in other colours", print("\x1b[31mred\x1b[0m"), print("red")],
  ];
  for (const [name, a, b] of same) test(name, () => assert.deepEqual(differs(a, b), []));

  test("the same notebook's, whatever they are", () => {
    for (let seed = 0; seed < 300; seed++)
      for (const cell of randomNotebook(seed).cells)
        if (cell.cell_type === "code")
          assert.deepEqual(compareOutputs(cell.outputs, structuredClone(cell.outputs), strict), [], `seed ${seed}`);
  });
});

describe("outputs count as different", () => {
  const other: [string, Output, Output, string][] = [
    ["a number off by a millionth", print("loss 1.000001"), print("loss 1.000002"), "stdout"],
    ["a word", print("loss 1"), print("cost 1"), "stdout"],
    ["one number more", print("1 2"), print("1 2 3"), "stdout"],
    ["a figure's data", figure(2), figure(3), "figure"],
    ["a figure's title", figure(2), figure(2, "u"), "figure"],
    ["a table's cell", table("1.5", "x"), table("1.6", "x"), "table"],
    ["a picture that is gone", show({ "image/png": "a", "text/plain": "p" }), show({ "text/plain": "p" }), "image/png"],
    ["a figure that is gone", figure(2), show({ "text/plain": "p" }), "application/vnd.plotly.v1+json"],
    [
      "an error in place of a value",
      show({ "text/plain": "1" }),
      { output_type: "error", ename: "E", evalue: "", traceback: [] },
      "outputs",
    ],
  ];
  for (const [name, a, b, what] of other) test(name, () => assert.deepEqual(differs(a, b), [what]));

  test("one output more, in whatever order", () => {
    const [one, two] = [show({ "text/plain": "1" }), show({ "text/plain": "2" })];
    assert.equal(compareOutputs([one], [one, two], strict)[0].what, "outputs");
    assert.equal(compareOutputs([one, two], [two, one], strict).length, 2);
  });
});

test("a wider tolerance lets numbers differ, and nothing else", () => {
  const loose = { ...strict, tolerance: 0.01 };
  assert.deepEqual(differs(print("loss 1.000"), print("loss 1.009"), loose), []);
  assert.deepEqual(differs(print("loss 1.000"), print("loss 1.02"), loose), ["stdout"]);
  assert.deepEqual(differs(figure(2), figure(2.01), loose), []);
});

test("an absolute tolerance lets small numbers differ, across 0 too", () => {
  const near = { ...strict, absolute: 0.02 };
  assert.deepEqual(differs(print("gain 0.011"), print("gain -0.006"), near), []);
  assert.deepEqual(differs(print("gain 0.011"), print("gain -0.012"), near), ["stdout"]);
  assert.deepEqual(differs(figure(2), figure(2.019), near), []);
  assert.deepEqual(differs(figure(2), figure(2.021), near), ["figure"]);
});

test("times, durations and paths are equal only when that is asked for", () => {
  const a = print("2026-01-02T03:04:05Z took 3.5 s in /home/a/x.ts at 0x7fff1234");
  const b = print("2025-11-12 13:14:15 took 12 ms in /srv/b/c/y.ts at 0x7fff9999");
  assert.deepEqual(differs(a, b), ["stdout"]);
  assert.deepEqual(differs(a, b, { ...strict, normalize: true }), []);
  assert.deepEqual(differs(print("score 3.5"), print("score 4.5"), { ...strict, normalize: true }), ["stdout"]);
});

test("notebooks are compared by cell id; a tagged cell may say anything; nothing stored is an error", () => {
  const cell = (text: string, tags?: string[]) => ({ ...code("x", tags), outputs: [print(text)], execution_count: 1 });
  const stored = notebook(cell("a"), cell("now", ["nbval-ignore-output"]), cell("c"));
  const fresh = notebook(cell("a"), cell("then", ["nbval-ignore-output"]), cell("d"));
  assert.deepEqual(
    compareNotebooks(stored, fresh, strict, "x").map(({ number, differences }) => [number, differences[0].what]),
    [[3, "stdout"]],
  );
  assert.throws(() => compareNotebooks(notebook(code("x")), fresh, strict, "x"), /has no stored outputs to compare/);
});
