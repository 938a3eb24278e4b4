import assert from "node:assert/strict";
import { test } from "node:test";
import { isSystemColumn } from "../../../src/track/page/browser/isSystemMetric.ts";
import { scatterAxes } from "../../../src/track/page/browser/scatterAxes.ts";
import type { RunItem, WireValue } from "../../../src/track/page/pageWire.ts";

const COLUMNS = ["metrics.loss", "metrics.system/cpu_utilization_percentage", "metrics.test/recallAt1", "params.lr"];

/** A run with these values of `COLUMNS`. */
function run(...values: WireValue[]): RunItem {
  const rest = { experimentId: "0", state: "FINISHED", start: 0, end: 0, parent: null, star: false, note: "" } as const;
  return { id: String(values), name: "run", number: 1, values, ...rest };
}

test("a setting of three values lies across and the best measure of quality up", () => {
  const runs = [run(0.5, 90, 0.1, "0.1"), run(0.4, 20, 0.2, "0.2"), run(0.3, 30, 0.3, "0.3")];
  assert.deepEqual(scatterAxes(runs, COLUMNS), { x: "params.lr", y: "metrics.test/recallAt1" });
});

test("where one thing alone differs it lies across, beside the machine's load, which never does", () => {
  const onlyLr = [run(0.5, 90, 0.1, "0.1"), run(0.5, 20, 0.1, "0.2")];
  assert.deepEqual(scatterAxes(onlyLr, COLUMNS), { x: "params.lr", y: "metrics.test/recallAt1" });
  const onlyLoss = [run(0.5, 90, 0.1, "0.1"), run(0.4, 20, 0.1, "0.1")];
  assert.deepEqual(scatterAxes(onlyLoss, COLUMNS), { x: "metrics.loss", y: "metrics.loss" });
});

test("two reruns that differ in the machine's load alone are shown by what they measure", () => {
  const reruns = [run(0.5, 90, 0.1, "0.1"), run(0.5, 20, 0.1, "0.1")];
  assert.deepEqual(scatterAxes(reruns, COLUMNS), { x: "metrics.loss", y: "metrics.test/recallAt1" });
  const machineFirst = ["metrics.system/cpu_utilization_percentage", "metrics.loss"];
  assert.deepEqual(scatterAxes([run(90, 0.5), run(20, 0.5)], machineFirst), { x: "metrics.loss", y: "metrics.loss" });
});

test("runs that have the machine's metrics alone show those; runs without columns have no axes", () => {
  const machine = COLUMNS.slice(1, 2);
  assert.deepEqual(scatterAxes([run(90), run(20)], machine), { x: machine[0], y: machine[0] });
  assert.deepEqual(scatterAxes([run(), run()], []), { x: "", y: "" });
});

test("a column is the machine's by the whole name of a metric; a param is never one", () => {
  const columns = [
    "metrics.system/a_percentage",
    "params.system/a_percentage",
    "params.xsystem/a_percentage",
    "metrics.loss",
  ];
  assert.deepEqual(columns.filter(isSystemColumn), ["metrics.system/a_percentage"]);
});
