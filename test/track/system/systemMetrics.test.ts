import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { totalmem } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beginRun } from "../../../src/track/beginRun.ts";
import { exportRun } from "../../../src/track/exportRun.ts";
import { processIdentity } from "../../../src/track/processIdentity.ts";
import { StoreError } from "../../../src/track/storeError.ts";
import { isSystemMetric } from "../../../src/track/system/isSystemMetric.ts";
import { withRun } from "../../../src/track/withRun.ts";
import { scratch, scratchStore } from "../scratch.ts";

const OFTEN = { everySeconds: 0.2 };
const machineKeys = (metrics: Record<string, number>): string[] => Object.keys(metrics).filter(isSystemMetric);
const block = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

test("a run tells its load, its memory and its disk, at steps 0, 1, 2 .. and with the time", async (t) => {
  const store = scratchStore(t);
  const id = await withRun({ store, env: {}, systemMetrics: OFTEN }, async (run) => {
    await sleep(900);
    return run.id;
  });
  const { metrics, startTime, endTime } = store.run(id);
  assert.deepEqual(machineKeys(metrics).sort(), [
    "system/cpu_utilization_percentage",
    "system/disk_available_megabytes",
    "system/disk_usage_megabytes",
    "system/disk_usage_percentage",
    "system/process_cpu_percentage",
    "system/process_memory_megabytes",
    "system/system_memory_usage_megabytes",
    "system/system_memory_usage_percentage",
  ]);
  const load = metrics["system/cpu_utilization_percentage"];
  assert.ok(load >= 0 && load <= 100);
  const resident = metrics["system/process_memory_megabytes"];
  const used = metrics["system/system_memory_usage_megabytes"];
  assert.ok(resident > 20 && resident < used && used < totalmem() / 1e6, `${resident} of ${used} MB`);
  const history = store.history(id, "system/process_memory_megabytes");
  assert.ok(history.length >= 2);
  assert.deepEqual(
    history.map(({ step }) => step),
    history.map((_, i) => i),
  );
  assert.ok(history.every(({ timestamp }) => timestamp >= startTime && timestamp <= (endTime as number)));
});

test("a program that never gives the event loop back is sampled by the points it logs, its processor and memory alone", async (t) => {
  const store = scratchStore(t);
  const id = await withRun({ store, env: {}, systemMetrics: OFTEN }, (run) => {
    for (let step = 0; step < 6; step++) {
      block(250);
      run.metrics({ loss: 1 / (step + 1) }, step);
    }
    return run.id;
  });
  const count = store.history(id, "system/process_memory_megabytes").length;
  assert.ok(count >= 6 && count <= 7, `${count} samples of six steps and an end`);
  assert.equal(store.history(id, "loss").length, 6);
  const told = machineKeys(store.run(id).metrics);
  assert.deepEqual(
    told.filter((key) => /disk|gpu/.test(key)),
    [],
    "what answers beside the program finds it busy",
  );
});

test("cards are told by the nvidia-smi that PATH names", async (t) => {
  const store = scratchStore(t);
  const bin = scratch(t);
  const script = "#!/bin/sh\nwhile :; do echo '0, 91, 1000, 2000, 300.00, 400.00'; sleep 0.1; done\n";
  writeFileSync(join(bin, "nvidia-smi"), script, { mode: 0o755 });
  const env = { PATH: bin + delimiter + process.env.PATH };
  const id = await withRun({ store, env, systemMetrics: OFTEN }, async (run) => {
    while (store.run(run.id).metrics["system/gpu_0_utilization_percentage"] === undefined) await sleep(20);
    return run.id;
  });
  const { metrics } = store.run(id);
  assert.equal(metrics["system/gpu_0_utilization_percentage"], 91);
  assert.equal(metrics["system/gpu_0_memory_usage_megabytes"], 1048.6);
  assert.equal(metrics["system/gpu_0_power_usage_percentage"], 75);
});

test("the option and MLflow's variable turn sampling off; nested runs leave it to the run around them", async (t) => {
  const store = scratchStore(t);
  const long = (): Promise<void> => sleep(300);
  const env = { MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL: "0.1" };
  await withRun({ store, env, name: "on" }, (run) => run.child({ name: "nested" }, long));
  await withRun({ store, env, name: "option", systemMetrics: false }, long);
  const off = { ...env, MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING: "false" };
  await withRun({ store, env: off, name: "variable" }, long);
  const sampled = (name: string): number => machineKeys(store.runs({ name })[0].metrics).length;
  assert.deepEqual(["nested", "option", "variable"].map(sampled), [0, 0, 0]);
  assert.ok(sampled("on") > 0);
});

test("a run that is gone on with counts its samples on", async (t) => {
  const store = scratchStore(t);
  const id = await withRun({ store, env: {}, systemMetrics: OFTEN }, async (run) => {
    await sleep(300);
    return run.id;
  });
  await withRun({ store, env: {}, systemMetrics: OFTEN, runId: id }, () => sleep(300));
  const steps = store.history(id, "system/process_memory_megabytes").map(({ step }) => step);
  assert.ok(steps.length >= 2);
  assert.deepEqual(
    steps,
    steps.map((_, i) => i),
  );
});

test("a store that fails keeps the samples for later and stops nothing", async (t) => {
  const store = scratchStore(t);
  const warnings: string[] = [];
  const around = { cwd: scratch(t), argv: [], env: {}, now: Date.now };
  const onWarning = (message: string): number => warnings.push(message);
  const run = beginRun(store, { systemMetrics: OFTEN, onWarning }, around);
  const { db } = store.parts;
  const write = db.write.bind(db);
  db.write = () => {
    throw new StoreError("runs.db", "the disk is full", "Free some space.");
  };
  await sleep(500);
  assert.equal(warnings.length, 1);
  assert.deepEqual(store.run(run.id).metrics, {});
  db.write = write;
  assert.deepEqual(run.end("FINISHED"), []);
  assert.ok(store.history(run.id, "system/process_memory_megabytes").length >= 2);
});

test("a program that leaves its run open ends at once: sampling and nvidia-smi keep nothing alive", async (t) => {
  const dir = scratch(t);
  const script = "#!/bin/sh\nwhile :; do echo '0, 91, 1000, 2000, 300.00, 400.00'; sleep 0.1; done\n";
  writeFileSync(join(dir, "nvidia-smi"), script, { mode: 0o755 });
  const door = new URL("../../../src/track/index.ts", import.meta.url);
  const program = `import { openStore, startRun } from "${door}";
    const store = openStore({ dir: process.argv[1] });
    startRun({ store, systemMetrics: { everySeconds: 0.1 } });
    setTimeout(() => {}, 600);`;
  const node = ["--import", "tsx", "--conditions=source", "--input-type=module", "-e", program, join(dir, "store")];
  const child = spawn(process.execPath, node, {
    cwd: fileURLToPath(new URL("../../..", import.meta.url)),
    env: { ...process.env, PATH: dir + delimiter + process.env.PATH },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const watch = setTimeout(() => child.kill("SIGKILL"), 60_000);
  const [code, signal] = await once(child, "close");
  clearTimeout(watch);
  assert.deepEqual([code, signal], [0, null]);
  const store = scratchStore(t, { dir: join(dir, "store") });
  const [run] = store.runs();
  assert.equal(run.status, "FINISHED");
  assert.ok(machineKeys(run.metrics).length > 0);
});

test("what tells of the work leaves the machine out: comparison, last step and the words about a crash", (t) => {
  const store = scratchStore(t);
  const points = [
    { key: "loss", value: 0.5, step: 7, timestamp: 1 },
    { key: "system/cpu_utilization_percentage", value: 90, step: 500, timestamp: 2 },
    { key: "system/test/recallAt1", value: 0.3, step: 0, timestamp: 2 },
  ];
  const id = store.createRun({ name: "a" });
  store.log(id, { metrics: points });
  const fields = store.compare([id]).rows.map(([field]) => field);
  assert.deepEqual(fields, ["status", "seconds", "metrics.loss", "metrics.system/test/recallAt1"]);
  assert.equal(store.run(id).lastStep, 7);
  const dead = store.openRun({ name: "dead" });
  dead.log({ metrics: points });
  store.parts.db.run("UPDATE writers SET pid = ?, started = 'another boot 1'", 2 ** 22 + 1);
  assert.equal(processIdentity().pid === 2 ** 22 + 1, false);
  store.markCrashed();
  assert.match(store.run(dead.row.run_id).tags["sulam.error"], /its last step was 7$/);
});

test("samples are metrics like any other: found by the filter language, and exported", (t) => {
  const store = scratchStore(t);
  const key = "system/cpu_utilization_percentage";
  const [busy, idle] = [90, 10].map((value) => {
    const id = store.createRun();
    store.log(id, { metrics: [{ key, value, step: 0, timestamp: 1 }] });
    return id;
  });
  const { runs } = store.searchRuns({ filter: `metrics.\`${key}\` > 50` });
  assert.deepEqual(
    runs.map(({ runId }) => runId),
    [busy],
  );
  const lines = [...exportRun(store, idle)].filter((line) => line.type === "metric");
  assert.deepEqual(lines, [{ type: "metric", key, value: 10, step: 0, timestamp: 1 }]);
});
