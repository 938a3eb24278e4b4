import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { test } from "node:test";
import { computeSource } from "../../../src/track/system/computeSource.ts";
import { diskSource } from "../../../src/track/system/diskSource.ts";
import { scratch } from "../scratch.ts";

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

test("load is of the time since the reading before, memory as it stands: worked out by hand", () => {
  const state = { busy: 1000, idle: 3000, cpu: 500, time: 0 };
  const source = computeSource(() => state.time, {
    cores: () => ({ busy: state.busy, idle: state.idle, waiting: 0 }),
    memory: () => ({ used: 3e9, total: 8e9 }),
    process: () => ({ cpu: state.cpu, resident: 123_456_789 }),
  });
  // 10 s on 2 cores: 20 s in all, 5 of them busy, 3 of those ours.
  Object.assign(state, { busy: 6000, idle: 18_000, cpu: 3500, time: 10_000 });
  assert.deepEqual(source.read(), {
    cpu_utilization_percentage: 25,
    system_memory_usage_megabytes: 3000,
    system_memory_usage_percentage: 37.5,
    process_cpu_percentage: 30,
    process_memory_megabytes: 123.5,
  });
  Object.assign(state, { busy: 7000, idle: 18_000, cpu: 7500, time: 12_000 });
  const { cpu_utilization_percentage: cpu, process_cpu_percentage: own } = source.read();
  assert.deepEqual([cpu, own], [100, 200], "two threads at work all the time are 200 percent of one core");
});

test("a reading over no time has memory and no load", () => {
  const source = computeSource(() => 0, {
    cores: () => ({ busy: 1, idle: 1, waiting: 0 }),
    memory: () => ({ used: 1e6, total: 4e6 }),
    process: () => ({ cpu: 1, resident: 1e6 }),
  });
  assert.deepEqual(Object.keys(source.read()), [
    "system_memory_usage_megabytes",
    "system_memory_usage_percentage",
    "process_memory_megabytes",
  ]);
});

test("this machine's figures agree with what the kernel says", { skip: process.platform !== "linux" }, async () => {
  const source = computeSource(() => performance.now());
  await settled();
  const values = source.read();
  const kilobytes = (file: string, name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(file, "utf8"))?.[1]);
  const resident = (kilobytes("/proc/self/status", "VmRSS") * 1024) / 1e6;
  assert.ok(Math.abs(values.process_memory_megabytes - resident) < 0.2 * resident, `${resident} MB are resident`);
  const total = (kilobytes("/proc/meminfo", "MemTotal") * 1024) / 1e6;
  const available = (kilobytes("/proc/meminfo", "MemAvailable") * 1024) / 1e6;
  assert.ok(Math.abs(values.system_memory_usage_megabytes - (total - available)) < 0.1 * total);
  assert.ok(Math.abs(totalmem() / 1e6 - total) < 1);
  assert.ok((values.cpu_utilization_percentage ?? 0) >= 0 && (values.cpu_utilization_percentage ?? 0) <= 100);
  assert.ok(values.process_cpu_percentage >= 0 && values.process_cpu_percentage <= 110 * cpus().length);
});

test("a disk is asked beside the run: its sizes come with the next reading, in 10^6 bytes", async () => {
  const source = diskSource("/store", async (folder) => {
    assert.equal(folder, "/store");
    // 1 GB in all; 400 MB are free, a quarter of which only root may fill.
    return { bsize: 1000, blocks: 1_000_000, bfree: 400_000, bavail: 300_000 };
  });
  assert.deepEqual(source.read(), {});
  await settled();
  assert.deepEqual(source.read(), {
    disk_usage_percentage: 66.7,
    disk_usage_megabytes: 600,
    disk_available_megabytes: 300,
  });
});

test("a file system without blocks, as some of memory are, tells nothing", async () => {
  const source = diskSource("/store", async () => ({ bsize: 4096, blocks: 0, bfree: 0, bavail: 0 }));
  source.read();
  await settled();
  assert.deepEqual(source.read(), {});
});

test("a disk that does not answer is asked once, and one that fails is asked again", async () => {
  let asked = 0;
  const silent = diskSource("/lost", () => {
    asked++;
    return new Promise(() => {});
  });
  for (let i = 0; i < 5; i++) assert.deepEqual(silent.read(), {});
  assert.equal(asked, 1);
  const failing = diskSource("/gone", async () => {
    asked++;
    throw new Error("ESTALE");
  });
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(failing.read(), {});
    await settled();
  }
  assert.equal(asked, 4);
});

test("a real folder's disk is partly full", async (t) => {
  const source = diskSource(scratch(t));
  let values = source.read();
  for (let left = 200; left > 0 && Object.keys(values).length === 0; left--) {
    await settled();
    values = source.read();
  }
  const { disk_usage_percentage: full, disk_available_megabytes: left } = values;
  assert.ok(full > 0 && full <= 100 && left >= 0);
});
