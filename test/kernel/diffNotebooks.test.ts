import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { diffLines } from "../../src/kernel/notebook/diffLines.ts";
import { diffNotebooks } from "../../src/kernel/notebook/diffNotebooks.ts";
import type { Notebook } from "../../src/kernel/notebook/notebook.ts";
import { stripNotebook } from "../../src/kernel/notebook/stripNotebook.ts";
import { code, notebook, text } from "./notebook/notebooks.ts";
import { randomNotebook } from "./notebook/randomNotebook.ts";

test("stripping removes outputs, counts and a run's metadata, and keeps what the author wrote", () => {
  const cell = {
    ...code("1", ["parameters"]),
    execution_count: 3,
    outputs: [{ output_type: "stream" as const, name: "stdout", text: "x" }],
  };
  cell.metadata = { tags: ["parameters"], papermill: { status: "completed" }, execution: {}, mine: 1, jupyter: {} };
  const book = notebook(cell, text("# t"));
  book.metadata = { papermill: {}, kernelspec: { name: "sulam" }, language_info: { name: "typescript", version: "6" } };
  const stripped = stripNotebook(book);
  assert.deepEqual(stripped.metadata, { kernelspec: { name: "sulam" }, language_info: { name: "typescript" } });
  const kept = { tags: ["parameters"], mine: 1, jupyter: {} };
  assert.deepEqual(stripped.cells[0], { ...cell, id: "c1", execution_count: null, outputs: [], metadata: kept });
  assert.deepEqual(stripped.cells[1], book.cells[1]);
});

test("stripping keeps the outputs of a cell that is tagged, or marked, keep_output, without their count", () => {
  const data = { "text/plain": "2" };
  const cell = {
    ...code("1 + 1"),
    execution_count: 7,
    outputs: [{ output_type: "execute_result" as const, data, metadata: {}, execution_count: 7 }],
  };
  const metadata = [{ tags: ["keep_output"] }, { keep_output: true }, { keep_output: false }, { hidden: true }];
  const { cells } = stripNotebook(notebook(...metadata.map((one) => ({ ...cell, metadata: one }))));
  const kept = [{ ...cell.outputs[0], execution_count: null }];
  assert.deepEqual(
    cells.map((one) => one.cell_type === "code" && [one.execution_count, one.outputs]),
    [kept, kept, [], []].map((outputs) => [null, outputs]),
  );
  assert.deepEqual(cells[3].metadata, {});
});

test("stripping twice changes nothing more", () => {
  for (let seed = 0; seed < 300; seed++) {
    const once = stripNotebook(randomNotebook(seed));
    assert.deepEqual(stripNotebook(once), once, `seed ${seed}`);
  }
});

test("what editors write when a cell is only looked at is no difference, nor how its output came in pieces", () => {
  const stream = (text: string) => ({ output_type: "stream" as const, name: "stdout", text });
  const before = notebook({ ...code("1"), outputs: [stream("a\nb\n")] }, text("t"));
  const after = structuredClone(before);
  // JupyterLab's property inspector adds the first three; the others are its defaults written out
  const unset = { editable: true, slideshow: { slide_type: "" }, tags: [], deletable: true, jupyter: {} };
  after.cells[0].metadata = { ...unset, jupyter: { source_hidden: false, outputs_hidden: false } };
  after.cells[1].metadata = { ...unset, collapsed: false };
  after.metadata = { language_info: { name: "typescript", version: "6.0.1" } };
  Object.assign(after.cells[0], { outputs: [stream("a\n"), stream("b\n")] });
  assert.deepEqual(diffNotebooks(before, after), { cells: [], metadata: [] });
  assert.deepEqual(diffNotebooks(after, before), { cells: [], metadata: [] });
});

test("a tag, a cell that may not be changed, a hidden source and another language are differences", () => {
  const before = notebook(code("1"));
  before.metadata = { language_info: { name: "typescript" }, kernelspec: { name: "sulam" } };
  for (const metadata of [{ tags: ["x"] }, { editable: false }, { jupyter: { source_hidden: true } }, { mine: [] }]) {
    const after = structuredClone(before);
    after.cells[0].metadata = metadata;
    assert.deepEqual(diffNotebooks(before, after).cells[0]?.metadata, Object.keys(metadata));
  }
  const other = { ...before, metadata: { language_info: { name: "python" }, kernelspec: { name: "python3" } } };
  assert.deepEqual(diffNotebooks(before, other).metadata, ["kernelspec", "language_info"]);
});

test("a notebook does not differ from itself, nor from itself with new ids and counts", () => {
  for (let seed = 0; seed < 300; seed++) {
    const book = randomNotebook(seed);
    const other = structuredClone(book);
    for (const [i, cell] of other.cells.entries()) {
      cell.id = `new-${i}`;
      if (cell.cell_type === "code") cell.execution_count = 77;
    }
    assert.deepEqual(diffNotebooks(book, book), { cells: [], metadata: [] }, `seed ${seed}`);
    assert.deepEqual(diffNotebooks(book, other), { cells: [], metadata: [] }, `seed ${seed}`);
  }
});

test("the kept and removed lines of a diff are the old text, the kept and added ones the new, none can be kept more", () => {
  const random = new Random(7);
  for (let round = 0; round < 500; round++) {
    const [a, b] = [0, 1].map(() => Array.from({ length: random.int(9) }, () => "abc"[random.int(3)]));
    const lines = diffLines(a, b);
    const side = (sign: string): string[] => lines.filter((line) => line.sign !== sign).map(({ text }) => text);
    assert.deepEqual([side("+"), side("-")], [a, b]);
    assert.equal(lines.filter(({ sign }) => sign === " ").length, longestCommon(a, b), `${a} / ${b}`);
  }
});

/** The textbook recursion. */
function longestCommon(a: string[], b: string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  if (a[0] === b[0]) return 1 + longestCommon(a.slice(1), b.slice(1));
  return Math.max(longestCommon(a.slice(1), b), longestCommon(a, b.slice(1)));
}

/** The changes in short. */
function changes(before: Notebook, after: Notebook): string[] {
  return diffNotebooks(before, after).cells.map((cell) => {
    const lines = cell.source.map(({ sign, text }) => sign + text).join("|");
    return `${cell.change} ${cell.before}>${cell.after} ${lines}`.trim();
  });
}

test("a changed cell is matched by its id and told by lines; added and removed ones where they stand", () => {
  const named = (id: string, source: string) => ({ ...code(source), id });
  const before = notebook(named("a", "1\n2"), named("b", "gone"), named("c", "3"));
  const after = notebook(named("a", "1\nnew"), named("c", "3"), named("d", "added"));
  assert.deepEqual(changes(before, after), ["changed 1>1  1|-2|+new", "removed 2>null -gone", "added null>3 +added"]);
});

test("a cell whose id and text changed is still one changed cell when half of its lines are the same", () => {
  const before = notebook({ ...code("a\nb\nc"), id: "x" });
  const after = notebook({ ...code("a\nb\nd"), id: "y" });
  assert.deepEqual(changes(before, after), ["changed 1>1  a| b|-c|+d"]);
});

test("of cells in another order the fewest are told as moved", () => {
  const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => ({ ...code(id), id }));
  assert.deepEqual(changes(notebook(a, b, c, d), notebook(d, a, b, c)), ["moved 4>1"]);
});

test("changed outputs, and another picture under the same text, are told apart from the source", () => {
  const shown = (png: string, plain: string) => ({
    ...code("x"),
    outputs: [{ output_type: "display_data" as const, data: { "image/png": png, "text/plain": plain }, metadata: {} }],
  });
  const [words] = diffNotebooks(notebook(shown("a", "one")), notebook(shown("a", "two"))).cells;
  assert.deepEqual([words.source, words.outputs.map(({ sign }) => sign).join("")], [[], " -+"]);
  const [picture] = diffNotebooks(notebook(shown("a", "one")), notebook(shown("b", "one"))).cells;
  assert.match(picture.outputs.at(-1)?.text ?? "", /other data/);
});
