import assert from "node:assert/strict";
import { test } from "node:test";
import { compareNotebooks } from "../../src/kernel/notebook/compareNotebooks.ts";
import type { Output } from "../../src/kernel/notebook/notebook.ts";
import { slimNotebook } from "../../src/kernel/notebook/slimNotebook.ts";
import { code, notebook } from "./notebook/notebooks.ts";

const plotly = "application/vnd.plotly.v1+json";
const shown = (data: Record<string, unknown>): Output => ({ output_type: "display_data", data, metadata: {} });

test("a slim notebook keeps what figures say, drops their HTML alone, and passes a check against the whole one", () => {
  const figure = { [plotly]: { data: [{ y: [1] }], layout: {} }, "image/png": "aGk=", "text/plain": "one" };
  const table = { "text/html": "<table><tr><td>1</td></tr></table>", "text/plain": "1" };
  const cell = { ...code("x"), outputs: [shown({ ...figure, "text/html": "<script>" }), shown(table)] };
  cell.metadata = { papermill: { duration: 1 }, tags: ["kept"] };
  const whole = { ...notebook(cell), metadata: { papermill: {}, kernelspec: { name: "sulam" } } };
  const slim = slimNotebook(whole);
  const [only] = slim.cells as [typeof cell];
  assert.deepEqual(only.outputs, [shown(figure), shown(table)]);
  assert.deepEqual([only.metadata, slim.metadata], [{ tags: ["kept"] }, { kernelspec: { name: "sulam" } }]);
  assert.ok("text/html" in (cell.outputs[0] as { data: object }).data, "the notebook that was given is as it was");
  const rules = { tolerance: 0, absolute: 0, normalize: false };
  assert.deepEqual(compareNotebooks(slim, whole, rules, "x"), []);
});
