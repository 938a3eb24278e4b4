import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { computeSource } from "../../../src/track/system/computeSource.ts";
import { coreTimes, parseProcStat } from "../../../src/track/system/coreTimes.ts";

test("of the kernel's counters iowait is waiting, irq, softirq and steal are busy, and guests are within user and nice", () => {
  const text = "cpu  1000 200 300 4000 500 60 70 80 90 10\ncpu0 500 100 150 2000 250 30 35 40 45 5\nintr 7 1\n";
  assert.deepEqual(parseProcStat(text), { busy: 1000 + 200 + 300 + 60 + 70 + 80, idle: 4000, waiting: 500 });
});

test("what an old kernel does not count is 0; a text of another kind is none", () => {
  assert.deepEqual(parseProcStat("cpu 5 6 7 8\n"), { busy: 18, idle: 8, waiting: 0 });
  for (const text of ["", "cpu\n", "cpu0 1 2 3 4\n", "cpu  a b c d\n"]) assert.equal(parseProcStat(text), undefined);
});

test("a machine with one of four cores busy and three that wait for the disk is a quarter busy, as psutil has it", () => {
  // 10 s of 4 cores, in ticks of 10 ms: 1000 of work, of them 400 in the kernel and 100 stolen; 3000 wait.
  const lines = ["cpu  100 0 100 9000 700 0 0 0 0 0\n", "cpu  500 0 500 9000 3700 50 50 100 0 0\n"];
  const readings = lines.map((line) => parseProcStat(line) ?? assert.fail());
  const source = computeSource(() => 0, {
    cores: () => readings.shift() ?? assert.fail(),
    memory: () => ({ used: 1, total: 2 }),
    process: () => ({ cpu: 0, resident: 0 }),
  });
  assert.equal(source.read().cpu_utilization_percentage, 25);
});

test("a counter of waiting that runs back, as the kernel's may, counts as one that stood still", () => {
  const readings = [
    { busy: 100, idle: 100, waiting: 50 },
    { busy: 160, idle: 140, waiting: 30 },
  ];
  const source = computeSource(() => 0, {
    cores: () => readings.shift() ?? assert.fail(),
    memory: () => ({ used: 1, total: 2 }),
    process: () => ({ cpu: 0, resident: 0 }),
  });
  assert.equal(source.read().cpu_utilization_percentage, 60);
});

test("on Linux this machine's times are the kernel's own", { skip: process.platform !== "linux" }, () => {
  const kernel = () => parseProcStat(readFileSync("/proc/stat", "utf8")) ?? assert.fail();
  const before = kernel();
  const { busy, idle } = coreTimes();
  const after = kernel();
  assert.ok(before.busy <= busy && busy <= after.busy, `${before.busy} <= ${busy} <= ${after.busy}`);
  assert.ok(before.idle <= idle && idle <= after.idle, `${before.idle} <= ${idle} <= ${after.idle}`);
});

test("where there is no /proc/stat, Node's times of the cores are taken", () => {
  const { busy, idle, waiting } = coreTimes("/nowhere/stat");
  assert.ok(busy > 0 && idle > 0);
  assert.equal(waiting, 0);
});
