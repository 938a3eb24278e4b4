import assert from "node:assert/strict";
import { test } from "node:test";
import { usualColumns } from "../../../src/track/page/browser/columnPicker.ts";

test("a table begins with losses and measures, then settings, and without what was sampled of the machine", () => {
  const metrics = ["lr", "system/cpu_utilization_percentage", "test/recallAt1", "train/loss"];
  assert.deepEqual(usualColumns({ metrics, params: ["seed"], tags: [] }), [
    ...["metrics.train/loss", "metrics.test/recallAt1", "metrics.lr"],
    "params.seed",
  ]);
});
