import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readJsonl, writeJsonl } from "../../src/base/jsonl.ts";
import { exportRun } from "../../src/track/exportRun.ts";
import { importRuns } from "../../src/track/importRuns.ts";
import type { Store } from "../../src/track/store.ts";
import { withRun } from "../../src/track/withRun.ts";
import { scratch, scratchStore } from "./scratch.ts";

/** A run with something of every kind. @returns its id */
function fullRun(store: Store): Promise<string> {
  return withRun({ store, experiment: "e", name: "full", params: { lr: 1, text: "ü\n" }, tags: { t: "x" } }, (run) => {
    run.metrics({ a: Number.NaN, b: Number.NEGATIVE_INFINITY }, -3);
    run.metrics({ a: 0.1 + 0.2 }, 4);
    run.dataset({ name: "d", digest: "0", source: "s", context: "training", tags: { k: "v" } });
    run.table("recall", { columns: ["k"], rows: [[Number.NaN]] });
    run.artifact(new Uint8Array([255, 254, 0]), "binary.bin");
    run.text("large.txt", "x".repeat(70_000));
    return run.id;
  });
}

const importFile = (store: Store, file: string): Promise<string[]> => importRuns(store, readJsonl(file), "runs.jsonl");

test("an exported run that is imported elsewhere is the same run", async (t) => {
  const [here, there] = [scratchStore(t), scratchStore(t)];
  const file = join(scratch(t), "run.jsonl");
  const id = await fullRun(here);
  const crashed = here.createRun({ name: "crashed" });
  here.updateRun(crashed, { status: "CRASHED", endTime: 5 });
  await writeJsonl(file, [...exportRun(here, id), ...exportRun(here, crashed)]);
  assert.deepEqual(await importFile(there, file), [id, crashed]);
  for (const runId of [id, crashed]) {
    const [original, copy] = [here.run(runId), there.run(runId)];
    assert.deepEqual(
      { ...copy, experimentId: "", artifactUri: "" },
      { ...original, experimentId: "", artifactUri: "" },
    );
    assert.deepEqual([...exportRun(there, runId)], [...exportRun(here, runId)]);
  }
  assert.deepEqual(there.tables(id), here.tables(id));
  assert.equal(there.hasArtifactFile(id, "binary.bin"), false, "only its hash travels");
  assert.throws(() => there.readArtifact(id, "binary.bin"), /the file is not there \(ENOENT\)/);
});

test("a run that went on when it was exported is imported as crashed", async (t) => {
  const [here, there] = [scratchStore(t), scratchStore(t)];
  const file = join(scratch(t), "run.jsonl");
  const id = await withRun({ store: here }, async (run) => {
    run.metrics({ loss: 1 });
    await writeJsonl(file, exportRun(here, run.id));
    return run.id;
  });
  assert.match(readFileSync(file, "utf8"), /"status":"RUNNING"/);
  await importFile(there, file);
  assert.equal(there.run(id).status, "CRASHED");
  assert.equal(there.run(id).endTime, here.history(id, "loss")[0].timestamp, "when it was last heard of");
});

test("the first line of an export says its schema, and every line is JSON", async (t) => {
  const store = scratchStore(t);
  const lines = [...exportRun(store, await fullRun(store))];
  assert.deepEqual([lines[0].type, "schema" in lines[0] && lines[0].schema], ["run", 1]);
  assert.deepEqual(JSON.parse(JSON.stringify(lines)), lines, "no NaN, undefined or Date gets lost in JSON");
});

test("a wrong line is named with file and line, and nothing of its run is imported", async (t) => {
  const [here, there] = [scratchStore(t), scratchStore(t)];
  const file = join(scratch(t), "run.jsonl");
  const id = await fullRun(here);
  await writeJsonl(file, exportRun(here, id));
  const good = readFileSync(file, "utf8").trim().split("\n");
  const at = (value: string): number => good.findIndex((line) => line.includes(`:"${value}"`));
  const cases: [number, (line: string) => string, RegExp][] = [
    [0, () => '{"type":"tag","key":"a","value":"b"}', /runs\.jsonl:1: an export begins with a line of type `run`/],
    [0, (line) => line.replace('"schema":1', '"schema":2'), /runs\.jsonl:1: the export has schema 2/],
    [0, (line) => line.replace("FINISHED", "DONE"), /unknown status "DONE"/],
    [1, (line) => line.replace('"param"', '"parm"'), /runs\.jsonl:2: unknown type "parm"/],
    [at("metric"), (line) => line.replace('"NaN"', '"nan"'), /field `value` must be a number, got "nan"/],
    [at("metric"), (line) => line.replace('"a"', '"a@1"'), /a_at_1/],
    [at("source/environment.json"), (line) => line.replace("cwd", "dwc"), /does not fit its sha256/],
    [at("source/environment.json"), (line) => line.replace("source/environment.json", "../x"), /without `\.\.`/],
    [2, () => "null", /runs\.jsonl:3: unknown type undefined/],
  ];
  for (const [index, change, words] of cases) {
    const lines = [...good];
    lines[index] = change(lines[index]);
    assert.notEqual(lines[index], good[index]);
    writeFileSync(file, lines.join("\n"));
    await assert.rejects(importFile(there, file), words);
    assert.deepEqual(there.runs(), []);
  }
  writeFileSync(file, good.join("\n"));
  await importFile(there, file);
  await assert.rejects(importFile(there, file), /is in the store/);
});
