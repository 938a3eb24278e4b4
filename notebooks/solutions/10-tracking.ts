// Solutions to the exercises of 10-tracking.ipynb. Each asserts what it claims, so the tests notice when it stops being so.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, withRun } from "sulam";
import { type ExportLine, exportRun, importRuns } from "sulam/track";

const folder = mkdtempSync(join(tmpdir(), "sulam-10-solutions-"));
const store = openStore({ dir: join(folder, "one") });

// 1. It stands as FAILED, with the error's words in a tag, and both metrics are kept; the error itself goes on to us.
const failing = withRun({ store, experiment: "exercises", name: "fails" }, (run) => {
  run.metrics({ loss: 0.7 }, 1);
  run.metrics({ loss: 0.5 }, 2);
  throw new Error("no more memory");
});
await assert.rejects(failing, /no more memory/);
const [failed] = store.runs();
console.log(
  `1. ${failed.status}: ${failed.tags["sulam.error"]}; loss ${failed.metrics.loss} at step ${failed.lastStep}`,
);
assert.deepEqual([failed.status, failed.lastStep, failed.metrics.loss], ["FAILED", 2, 0.5]);
assert.match(failed.tags["sulam.error"], /no more memory/);

// 2. To the last digit: names, times, values, and the texts, whose sha256 are checked on the way in.
async function* numbered(lines: readonly ExportLine[]): AsyncGenerator<{ line: number; value: unknown }> {
  for (const [i, value] of lines.entries()) yield { line: i + 1, value };
}
const other = openStore({ dir: join(folder, "two") });
const original = [...exportRun(store, failed.runId)];
await importRuns(other, numbered(original), "copy");
const copy = [...exportRun(other, failed.runId)];

console.log(`2. ${copy.length} of ${original.length} lines`);
assert.deepEqual(copy, original);

// 3. Nested params are flattened, and kept as text: a filter compares them as text, a metric as a number.
for (const temperature of [0.05, 0.02])
  await withRun({ store, experiment: "exercises", name: `at ${temperature}` }, (run) => {
    run.params({ loss: { name: "infoNce", temperature } });
    run.metrics({ temperature });
  });
const byParam = store.searchRuns({ filter: "params.loss.temperature = '0.02'" }).runs;
const byMetric = store.searchRuns({ filter: "metrics.temperature < 0.03" }).runs;
console.log("3.", [...byParam, ...byMetric].map(({ name }) => name).join(", "));
assert.deepEqual([byParam[0].name, byMetric[0].name, byParam.length, byMetric.length], ["at 0.02", "at 0.02", 1, 1]);

store.close();
other.close();
rmSync(folder, { recursive: true });
